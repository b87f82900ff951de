/// Puts together the lines that a container runtime cut: the tag `P` in the CRI form says that the next
/// line of the same stream goes on where this one ends, wherever that is (class D).
///
/// `2025-03-11T10:00:00.123456789Z stdout P 03/11/25-08:0`
struct LineParts {
  /// Where the tag of a CRI line stands.
  struct Mark {
    let tag: Int
    let isError: Bool
    let isPart: Bool

    init?(_ line: Span<UInt8>) {
      var place = 11
      let limit = min(line.count - 9, 40)
      while place < limit, line[place] != UInt8(ascii: " ") { place += 1 }
      guard place < limit else { return nil }
      var cursor = TextCursor(line, from: place, to: line.count)
      let isOut = cursor.take(" stdout ")
      guard isOut || cursor.take(" stderr ") else { return nil }
      let tag = cursor.position
      guard tag + 1 < line.count, line[tag + 1] == UInt8(ascii: " ") else { return nil }
      guard line[tag] == UInt8(ascii: "P") || line[tag] == UInt8(ascii: "F") else { return nil }
      self.tag = tag
      isError = !isOut
      isPart = line[tag] == UInt8(ascii: "P")
    }
  }

  /// A line that goes on. No line of a log is longer than the limit; parts without end are no line.
  private struct Open {
    var bytes: [UInt8] = []
    var place = LineScanner.Line(number: 0)
  }

  private static let limit = 1 << 20
  private var out = Open()
  private var error = Open()

  /// Whether a line may begin with the time of the CRI form: cheap, so that other lines cost nothing.
  static func isLikely(_ line: Span<UInt8>) -> Bool {
    line.count > 24 && line[4] == UInt8(ascii: "-") && line[7] == UInt8(ascii: "-")
      && line[10] == UInt8(ascii: "T")
  }

  /// Takes a line; returns the whole one when this was its last part, with the place where it began.
  mutating func add(
    _ line: Span<UInt8>, _ mark: Mark, _ place: inout LineScanner.Line
  ) -> [UInt8]? {
    var open = Open()
    if mark.isError { swap(&open, &error) } else { swap(&open, &out) }
    if open.bytes.isEmpty {
      open.place = place
      line.withUnsafeBufferPointer { open.bytes.append(contentsOf: $0) }
      open.bytes[mark.tag] = UInt8(ascii: "F")
    } else {
      line.extracting(mark.tag + 2..<line.count).withUnsafeBufferPointer {
        open.bytes.append(contentsOf: $0)
      }
    }
    if mark.isPart, open.bytes.count < Self.limit, !place.isTruncated {
      if mark.isError { swap(&open, &error) } else { swap(&open, &out) }
      return nil
    }
    let last = place
    place = open.place
    place.isUnterminated = last.isUnterminated
    place.endsInHole = last.endsInHole
    return open.bytes
  }

  /// What no last part came for: a log that is being written, or cut.
  mutating func finish() -> [(bytes: [UInt8], place: LineScanner.Line)] {
    let left = [out, error].filter { !$0.bytes.isEmpty }.map { open in
      var place = open.place
      place.isUnterminated = true
      return (bytes: open.bytes, place: place)
    }
    (out, error) = (Open(), Open())
    return left
  }
}
