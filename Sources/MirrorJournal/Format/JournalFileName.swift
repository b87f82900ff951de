/// A day of the Gregorian calendar, as journal names carry it.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// 1 to 9999.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31, and a day of its month.
  public let day: Int

  /// Nil if there is no such day, or the year is not in 1...9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length: Int
    switch month {
    case 2: length = leap ? 29 : 28
    case 4, 6, 9, 11: length = 30
    default: length = 31
    }
    guard day <= length else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// In the order of the calendar.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// `YYYYMMDD`.
  public var description: String {
    padded(year, 4) + padded(month, 2) + padded(day, 2)
  }
}

/// The name of a journal file (class D): `[PREFIX]YYYYMMDD.NNN`, of a mirror journal
/// `MIRROR-<NAME>-YYYYMMDD.NNN`, with a trailing `z` when compressed.
///
/// What a prefix may hold is not published: letters, digits, low lines and hyphens are taken for one, but
/// `MIRROR-` begins mirror journals only.
public struct JournalFileName: Sendable, Hashable {
  /// What stands before the date, `MIRROR-<NAME>-` included.
  public let prefix: String
  /// The name of the mirror (1–15 uppercase letters and digits), or nil for a local journal.
  public let mirrorName: String?
  /// The day of the switch that began the file's series.
  public let date: CalendarDate
  /// The number within the day, 1...999. Not the mirror file count.
  public let sequence: Int
  /// Whether the name ends with `z`.
  public let isCompressed: Bool

  /// Parses the last component of `path`; nil if it is not the name of a journal.
  public init?(_ path: String) {
    let bytes = Array(path.utf8)
    var name = bytes[...]
    if let slash = bytes.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
      name = bytes[(slash + 1)...]
    }
    isCompressed = name.last == UInt8(ascii: "z")
    if isCompressed { name = name.dropLast() }
    guard name.count >= 12, name[name.endIndex - 4] == UInt8(ascii: "."),
      let sequence = Self.number(name.suffix(3)), (1...999).contains(sequence),
      let day = Self.number(name.dropLast(4).suffix(8)),
      let date = CalendarDate(year: day / 10000, month: day / 100 % 100, day: day % 100)
    else { return nil }
    self.sequence = sequence
    self.date = date
    let prefix = name.dropLast(12)
    self.prefix = String(decoding: prefix, as: UTF8.self)
    let lead = Array("MIRROR-".utf8)
    if prefix.starts(with: lead) {
      let mirror = prefix.dropFirst(lead.count).dropLast()
      guard prefix.last == UInt8(ascii: "-"),
        (1...15).contains(mirror.count), prefix.count == lead.count + mirror.count + 1,
        mirror.allSatisfy({ Self.isDigit($0) || (0x41...0x5A).contains($0) })
      else { return nil }
      mirrorName = String(decoding: mirror, as: UTF8.self)
    } else {
      guard prefix.count <= 64, prefix.allSatisfy(Self.isPrefixByte) else { return nil }
      mirrorName = nil
    }
  }

  /// A local journal's name; nil if a part is not allowed.
  public init?(prefix: String = "", date: CalendarDate, sequence: Int) {
    guard (1...999).contains(sequence), !prefix.hasPrefix("MIRROR-"), !prefix.contains("/"),
      !prefix.contains("\\")
    else { return nil }
    self.init("\(prefix)\(date).\(padded(sequence, 3))")
  }

  /// A mirror journal's name; nil if a part is not allowed.
  public init?(mirror: String, date: CalendarDate, sequence: Int) {
    guard (1...999).contains(sequence), !mirror.contains("/"), !mirror.contains("\\") else {
      return nil
    }
    self.init("MIRROR-\(mirror)-\(date).\(padded(sequence, 3))")
  }

  private init(_ other: JournalFileName, date: CalendarDate, sequence: Int, isCompressed: Bool) {
    prefix = other.prefix
    mirrorName = other.mirrorName
    self.date = date
    self.sequence = sequence
    self.isCompressed = isCompressed
  }

  /// The same name with `z`.
  public var compressed: JournalFileName {
    JournalFileName(self, date: date, sequence: sequence, isCompressed: true)
  }

  /// The same name without `z`.
  public var uncompressed: JournalFileName {
    JournalFileName(self, date: date, sequence: sequence, isCompressed: false)
  }

  /// The uncompressed name after a switch on `day`: the next number of the same day, or number 1 of
  /// a later day. Nil past 999. A `day` before this file's (a clock set back) counts as this file's.
  public func next(on day: CalendarDate) -> JournalFileName? {
    if day > date { return JournalFileName(self, date: day, sequence: 1, isCompressed: false) }
    guard sequence < 999 else { return nil }
    return JournalFileName(self, date: date, sequence: sequence + 1, isCompressed: false)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isPrefixByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in digits {
      guard isDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}

extension JournalFileName: Comparable, CustomStringConvertible {
  /// Journal order: series by series (by prefix), then date and number; a
  /// compressed file comes directly after the uncompressed file of the same name.
  public static func < (left: JournalFileName, right: JournalFileName) -> Bool {
    if left.prefix != right.prefix { return left.prefix < right.prefix }
    if left.date != right.date { return left.date < right.date }
    if left.sequence != right.sequence { return left.sequence < right.sequence }
    return !left.isCompressed && right.isCompressed
  }

  /// The name as it stands in the file system (class D), with `z` when compressed.
  public var description: String {
    "\(prefix)\(date).\(padded(sequence, 3))\(isCompressed ? "z" : "")"
  }
}
