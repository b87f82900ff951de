internal import MirrorJournal

/// What a log's file name says of it: a hint, which the log's own words overrule.
struct LogFileName: Hashable {
  /// What the file and its rotated copies have in common, with the directory.
  let family: String
  /// The part before `.messages.log`, such as a member's name.
  let prefix: String?
  /// How a rotated copy is called: by a number, which grows with its age, or by a date.
  let rotation: Rotation?
  /// True for names that every instance uses, such as `messages.log`.
  let isUsual: Bool
  /// True of `alerts.log`, into which an instance copies the severe messages of its `messages.log`.
  let isAlerts: Bool
  /// The directories above, the nearest one first.
  let directories: [String]

  enum Rotation: Hashable {
    case number(Int)
    case date(Int)
  }

  init(_ path: String) {
    let name = lastComponent(path)
    directories = path.dropLast(name.count).split(whereSeparator: { $0 == "/" || $0 == "\\" })
      .reversed().map(String.init)
    var stem = Substring(name)
    for suffix in StockSuffixes.all where stem.hasSuffix(suffix) {
      stem = stem.dropLast(suffix.count)
    }
    // messages.old_20250311_2: the second of that day.
    if let mark = stem.lastIndex(of: "_"), stem[stem.index(after: mark)...].count < 4,
      Int(stem[stem.index(after: mark)...]) != nil,
      stem[..<mark].suffix(8).allSatisfy(\.isNumber), stem[..<mark].count > 8
    {
      stem = stem[..<mark]
    }
    var rotation: Rotation?
    if let mark = stem.lastIndex(where: { !$0.isASCII || !$0.isNumber }), mark < stem.endIndex,
      case let digits = stem[stem.index(after: mark)...], let number = Int(digits),
      ".-_".contains(stem[mark]), mark > stem.startIndex
    {
      if digits.count == 8 {
        rotation = .date(number)
        stem = stem[..<mark]
      } else if digits.count <= 4, stem[mark] == "." {
        rotation = .number(number)
        stem = stem[..<mark]
      }
    }
    // messages.old_20250311, messages_20250311.log, messages.log-20250311.
    if stem.hasSuffix(".old") {
      stem = stem.dropLast(4)
      if rotation == nil { rotation = .number(1) }
    }
    if stem.hasSuffix(".log") { stem = stem.dropLast(4) }
    if rotation == nil, let mark = stem.lastIndex(where: { !$0.isASCII || !$0.isNumber }),
      case let digits = stem[stem.index(after: mark)...], digits.count == 8,
      let date = Int(digits), "._-".contains(stem[mark])
    {
      rotation = .date(date)
      stem = stem[..<mark]
      if stem.hasSuffix(".old") { stem = stem.dropLast(4) }
    }
    self.rotation = rotation
    family = String(path.dropLast(name.count)) + String(stem)
    let usual = ["messages", "cconsole", "alerts"]
    isAlerts = stem.lowercased() == "alerts" || stem.lowercased().hasSuffix(".alerts")
    isUsual = usual.contains { stem.lowercased() == $0 }
    prefix =
      usual.lazy.compactMap { word -> String? in
        guard stem.lowercased().hasSuffix("." + word), stem.count > word.count + 1 else {
          return nil
        }
        return String(stem.dropLast(word.count + 1))
      }.first
  }

  /// Whether one is the alerts of the instance that wrote the other, which lies beside it.
  func isBeside(_ other: LogFileName) -> Bool {
    isAlerts != other.isAlerts && directories == other.directories
      && prefix?.lowercased() == other.prefix?.lowercased() && isUsual && other.isUsual
  }

  /// Whether a copy so called is older than one called `other`; nil when the names do not tell.
  func isOlder(than other: LogFileName) -> Bool? {
    guard family == other.family, rotation != other.rotation else { return nil }
    switch (rotation, other.rotation) {
    case (nil, .some): return false
    case (.some, nil): return true
    case (.number(let a), .number(let b)): return a > b
    case (.date(let a), .date(let b)): return a < b
    default: return nil
    }
  }
}
