public import MirrorJournal

/// A codec at one of its levels.
public struct CodecSetting: Sendable, Hashable {
  /// The codec.
  public let codec: JournalCodec
  /// The codec's own level, as its library counts.
  public let level: Int

  /// - Parameters:
  ///   - codec: the codec.
  ///   - level: nil means the codec's default level.
  public init(_ codec: JournalCodec, level: Int? = nil) {
    self.codec = codec
    self.level = level ?? codec.defaultLevel
  }

  /// The codec's name and the level, such as `zstd 6`.
  public var name: String { "\(codec.name) \(level)" }

  /// Whether the level is the codec's default.
  public var isDefault: Bool { level == codec.defaultLevel }

  /// Levels worth comparing that together take seconds, not minutes.
  public static let common: [CodecSetting] =
    [-5, 1, 2, 3, 4, 5, 6, 7, 9, 12].map { CodecSetting(.zstd, level: $0) }
    + [1, 4, 9].map { CodecSetting(.lz4, level: $0) }
    + [1, 4, 6, 9].map { CodecSetting(.zlib, level: $0) }

  /// The settings that `text` names: a codec, alone for its common levels, or with levels such as
  /// `zstd:3`, `zstd:-5,1..9,19`.
  ///
  /// - Throws: `badArgument` for an unknown codec, a level that the codec does not have, or more
  ///   than 100 levels.
  public static func parse(_ text: String) throws(JournalError) -> [CodecSetting] {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let codec = parts.first.flatMap({ JournalCodec(name: String($0)) }) else {
      throw JournalError(
        .badArgument, "\(text) names no codec", advice: "write zstd, lz4 or zlib, or zstd:1..9,19")
    }
    guard parts.count == 2 else { return common.filter { $0.codec == codec } }
    var settings: [CodecSetting] = []
    for piece in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = bounds(String(piece))
      guard let bounds, codec.levels.contains(bounds.lowerBound),
        codec.levels.contains(bounds.upperBound), settings.count + bounds.count <= 100
      else {
        throw JournalError(
          .badArgument, "\(codec.name) has no levels \(piece)",
          advice:
            "levels \(codec.levels.lowerBound) to \(codec.levels.upperBound) exist; write 3 or 1..9"
        )
      }
      settings += bounds.map { CodecSetting(codec, level: $0) }
    }
    return settings
  }

  /// `3` as 3...3 and `1..9` as 1...9.
  private static func bounds(_ text: String) -> ClosedRange<Int>? {
    if let level = Int(text) { return level...level }
    // A negative level has a sign, never two dots, so the first pair of dots is the separator.
    guard let dot = text.firstIndex(of: "."), text[dot...].hasPrefix(".."),
      let low = Int(text[..<dot]), let high = Int(text[dot...].dropFirst(2)), low <= high,
      high.subtractingReportingOverflow(low).partialValue < 1000
    else { return nil }
    return low...high
  }
}
