internal import Glibc
internal import JournalCompression
public import MirrorJournal

/// Ratio against compression speed as a plain SVG picture.
///
/// Speed stands on a logarithmic axis; the settings that no other one beats are joined by a line.
public struct CodecBenchPicture {
  private let report: CodecBenchReport
  private let width = 880.0
  private let height = 560.0
  private let left = 70.0
  private let right = 40.0
  private let top = 60.0
  private let bottom = 60.0

  /// A picture of `report`.
  public init(_ report: CodecBenchReport) { self.report = report }

  /// Appends the picture.
  public func append(to buffer: inout TextBuffer) {
    let points = report.codecs.filter { $0.compressRate > 0 && $0.ratio > 0 }
    let rates = points.map { $0.compressRate / 1e6 }
    let ratios = points.map(\.ratio)
    let speed = ladder(rates.min() ?? 10, rates.max() ?? 100)
    let spread = (ratios.max() ?? 2) - (ratios.min() ?? 1)
    let top = (ratios.max() ?? 2) + max(spread, 0.5) * 0.1
    let low = max(0, (ratios.min() ?? 1) - max(spread, 0.5) * 0.1)
    func x(_ rate: Double) -> Double {
      left + (log10(rate) - log10(speed.lowerBound))
        / (log10(speed.upperBound) - log10(speed.lowerBound)) * (width - left - right)
    }
    func y(_ ratio: Double) -> Double {
      height - bottom - (ratio - low) / (top - low) * (height - self.top - bottom)
    }
    func add(_ text: String) {
      buffer.append(text)
      buffer.append("\n")
    }
    func place(_ measured: CodecMeasurement) -> (x: String, y: String) {
      (fixed(x(measured.compressRate / 1e6), 1), fixed(y(measured.ratio), 1))
    }
    add(SVGText.head(width: width, height: height))
    add(SVGText.text(left, 28, "Compression ratio against compression speed", size: 16))
    let files = report.files.count == 1 ? report.files[0] : "\(report.files.count) journals"
    add(SVGText.text(left, 46, "\(files), \(report.sampledBytes) bytes measured, one thread"))
    axes(speed, low, top, x, y, add)
    let front = points.paretoFront
    if front.count > 1 {
      let line = front.map { "\(place($0).x),\(place($0).y)" }.joined(separator: " ")
      add(
        "<polyline points=\"\(line)\" fill=\"none\" stroke=\"#888\" stroke-dasharray=\"5 4\"/>")
    }
    let best = Set(front.map(\.setting))
    for (number, point) in points.enumerated() {
      let (x, y) = place(point)
      let isBest = best.contains(point.setting)
      let colour = colour(point.setting.codec)
      add(
        "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(isBest ? 6 : 4)\" fill=\"\(isBest ? colour : "white")\""
          + " stroke=\"\(colour)\" stroke-width=\"1.5\"><title>\(point.setting.name): "
          + "\(fixed(point.ratio, 2)), \(fixed(point.compressRate / 1e6, 0)) MB/s, restored at "
          + "\(fixed(point.decompressRate / 1e6, 0)) MB/s</title></circle>")
      add(
        // Neighbouring levels lie close together: their numbers take turns above and below.
        "<text x=\"\(x)\" y=\"\(y)\" dy=\"\(number % 2 == 0 ? -10 : 20)\" "
          + "text-anchor=\"middle\" fill=\"\(colour)\">\(point.setting.level)</text>")
    }
    add(
      SVGText.text(
        width - right, 46, "filled: nothing else is both faster and smaller", anchor: "end"))
    var place = left + 12
    for codec in JournalCodec.allCases where points.contains(where: { $0.setting.codec == codec }) {
      let colour = colour(codec)
      let line = fixed(height - bottom - 16, 1)
      add("<circle cx=\"\(fixed(place, 1))\" cy=\"\(line)\" r=\"5\" fill=\"\(colour)\"/>")
      add(
        "<text x=\"\(fixed(place + 10, 1))\" y=\"\(line)\" dy=\"4\" fill=\"\(colour)\">"
          + "\(codec.name)</text>")
      place += 70
    }
    add("</svg>")
  }

  /// Grid, numbers and titles.
  private func axes(
    _ speed: ClosedRange<Double>, _ low: Double, _ high: Double, _ x: (Double) -> Double,
    _ y: (Double) -> Double, _ add: (String) -> Void
  ) {
    for rate in Self.steps where speed.contains(rate) {
      add(grid(x(rate), top, x(rate), height - bottom))
      add(
        SVGText.text(x(rate), height - bottom + 18, fixed(rate, rate < 1 ? 1 : 0), anchor: "middle")
      )
    }
    let step =
      high - low > 20 ? 5.0 : high - low > 8 ? 2 : high - low > 3 ? 1 : high - low > 1.5 ? 0.5 : 0.2
    var ratio = (low / step).rounded(.up) * step
    while ratio <= high {
      add(grid(left, y(ratio), width - right, y(ratio)))
      add(SVGText.text(left - 8, y(ratio) + 4, fixed(ratio, step < 1 ? 1 : 0), anchor: "end"))
      ratio += step
    }
    add(
      SVGText.text(
        left + (width - left - right) / 2, height - 16, "compression, MB/s (one thread)",
        anchor: "middle"))
    add(
      "<text transform=\"translate(22 \(fixed(top + (height - top - bottom) / 2, 0))) rotate(-90)\" "
        + "text-anchor=\"middle\" fill=\"#333\">original / compressed</text>")
  }

  /// 1, 2, 5 in each decade of MB/s.
  private static let steps = (-1...5).flatMap { decade in
    [1.0, 2, 5].map { $0 * pow(10, Double(decade)) }
  }

  /// The steps around the speeds.
  private func ladder(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    let from = Self.steps.last { $0 <= low } ?? Self.steps[0]
    let to = Self.steps.first { $0 >= high && $0 > from } ?? Self.steps[Self.steps.count - 1]
    return from...max(to, from * 2)
  }

  private func colour(_ codec: JournalCodec) -> String {
    switch codec {
    case .zstd: "#1b6ca8"
    case .lz4: "#b3541e"
    case .zlib: "#3a7d44"
    }
  }

  private func grid(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line x1=\"\(fixed(x1, 1))\" y1=\"\(fixed(y1, 1))\" x2=\"\(fixed(x2, 1))\" "
      + "y2=\"\(fixed(y2, 1))\" stroke=\"#e4e4e4\"/>"
  }
}
