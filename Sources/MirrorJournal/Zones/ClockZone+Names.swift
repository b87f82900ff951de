internal import Glibc

extension ClockZone {
  /// The zone of a name: `UTC`, `local` (`TZ`, else `/etc/localtime`), an offset such as `+02:00`, a name of the
  /// IANA database such as `Europe/Paris`, or a rule of POSIX such as `CET-1CEST,M3.5.0,M10.5.0/3`.
  ///
  /// - Throws: `badArgument` for what is no zone, and where the system has no file of that name.
  public init(named text: String) throws(JournalError) {
    if ["utc", "z"].contains(text.lowercased()) {
      self = .utc
    } else if text.lowercased() == "local" {
      self = try Self.local()
    } else if let offset = Self.offset(text) {
      self.init(name: Self.offsetText(offset), offset: offset)
    } else if let rule = ZoneRule(text) {
      self.init(text, rule.rules)
    } else {
      self = try Self.zone(inFilesNamed: text)
    }
  }

  /// `+02:00`; with seconds where there are any.
  public static func offsetText(_ offset: Int) -> String {
    let seconds = Int(offset.magnitude)
    let text = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
    return (offset < 0 ? "-" : "+") + text
      + (seconds % 60 == 0 ? "" : ":" + padded(seconds % 60, 2))
  }

  /// Seconds east of UTC of `+02:00`, `-0330` or `+2`; nil for any other form.
  package static func offset(_ text: some StringProtocol) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst()
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ":") }) else { return nil }
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    let hours: Int?
    let minutes: Int?
    switch (parts.count, digits.count) {
    case (2, _) where parts[1].count == 2: (hours, minutes) = (Int(parts[0]), Int(parts[1]))
    case (1, 1), (1, 2): (hours, minutes) = (Int(digits), 0)
    case (1, 4): (hours, minutes) = (Int(digits.prefix(2)), Int(digits.suffix(2)))
    default: return nil
    }
    guard let hours, let minutes, hours <= 14, minutes < 60 else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
  }

  /// Where the system keeps its zone files.
  private static var directory: String { pathVariable("TZDIR") ?? "/usr/share/zoneinfo" }

  private static func local() throws(JournalError) -> ClockZone {
    if var name = pathVariable("TZ") {
      if name.hasPrefix(":") { name.removeFirst() }
      if name.hasPrefix("/") { return try zone(name, inFile: name) }
      guard name.lowercased() != "local" else {
        throw JournalError(.badArgument, "the variable TZ says 'local', which is no zone")
      }
      return try ClockZone(named: name)
    }
    // As the C library: an empty variable and a system without a file mean UTC.
    let file = "/etc/localtime"
    guard unsafe getenv("TZ") == nil, statusOfPath(file) != nil else { return .utc }
    let parts = resolvedPath(file)?.split(separator: "/") ?? []
    let name = parts.lastIndex(of: "zoneinfo").map {
      parts[parts.index(after: $0)...].joined(separator: "/")
    }
    return try zone(name ?? "local time", inFile: file)
  }

  private static func zone(inFilesNamed name: String) throws(JournalError) -> ClockZone {
    let characters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")
    guard !name.isEmpty, name.allSatisfy(characters.contains), !name.hasPrefix("/"),
      !name.hasPrefix("-"), !name.hasPrefix("+")
    else {
      throw JournalError(
        .badArgument, "'\(name)' is no time zone",
        advice: "give local, UTC, an offset such as +02:00, or a name such as Europe/Paris")
    }
    let directory = directory
    guard isDirectory(directory) else {
      throw JournalError(
        .badArgument,
        "the time zone '\(name)' is not known here: this machine has no zone files in \(directory)",
        advice: "install tzdata, set TZDIR, or give an offset (+02:00) or a rule "
          + "(CET-1CEST,M3.5.0,M10.5.0/3)")
    }
    let file = directory + "/" + name
    guard statusOfPath(file).map({ $0.st_mode & S_IFMT == S_IFREG }) ?? false else {
      throw JournalError(
        .badArgument, "the time zone '\(name)' is not known here: \(directory) has no such file",
        advice: "names are written as in Europe/Paris; an offset such as +02:00 needs no file")
    }
    return try zone(name, inFile: file)
  }

  private static func zone(_ name: String, inFile file: String) throws(JournalError) -> ClockZone {
    let bytes: [UInt8]
    do {
      bytes = try WholeFile.read(file, limit: ZoneFile.sizeLimit)
    } catch {
      throw JournalError(
        .badArgument, "the time zone '\(name)' is not known here: \(error)")
    }
    guard let rules = ZoneFile.rules(bytes) else {
      throw JournalError(
        .badArgument, "the time zone '\(name)' is not known here: \(file) is no zone file",
        advice: "files with leap seconds ('right/') are of no use for journals")
    }
    let isUTC =
      ["UTC", "UCT", "Universal", "Zulu"].contains(name.replacingPrefix("Etc/", with: ""))
    return isUTC ? .utc : ClockZone(name, rules)
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, with text: String) -> String {
    hasPrefix(prefix) ? text + dropFirst(prefix.count) : self
  }
}
