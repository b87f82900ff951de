internal import JournalCompression
public import MirrorLog

/// Checks of single figures: each line against itself, and sizes against sizes.
enum FigureChecks {
  static func run(_ context: MirrorContext, _ ledger: inout Ledger) {
    offsets(context, &ledger)
    names(context, &ledger)
    sizes(context, &ledger)
  }

  private static func offsets(_ context: MirrorContext, _ ledger: inout Ledger) {
    for named in context.named where !named.offset.isConsistent {
      ledger.find(
        .hexDiffers, .error,
        "the offset is printed as \(named.offset.decimal ?? 0) and as "
          + "0x\(String(named.offset.hex ?? 0, radix: 16)), which is \(named.offset.hex ?? 0)",
        [named.event], at: [named.position], file: named.path)
    }
    for (position, group) in grouped(context.named) {
      let event = group.map(\.event)
      let path = group.first?.path
      if position.address % 4 != 0 {
        ledger.find(
          .unaligned, .error,
          "\(position) is no multiple of 4, so no record can start there", event,
          at: [position], file: path)
      }
      guard let size = context.files.size(of: position.fileCount) else { continue }
      if position.address > size.bytes {
        ledger.find(
          .beyondFileSize, .error,
          "\(position) lies \(position.address - size.bytes) bytes beyond the file's size of "
            + "\(size.bytes) bytes",
          event + [size.event], at: [position], file: path)
      }
    }
  }

  /// Positions once each, in order, with all that name them.
  private static func grouped(
    _ named: [NamedPosition]
  ) -> [(key: MirrorPosition, value: [NamedPosition])] {
    Dictionary(grouping: named, by: \.position).sorted { $0.key < $1.key }
  }

  private static func names(_ context: MirrorContext, _ ledger: inout Ledger) {
    var reported: Set<String> = []
    for (name, group) in Dictionary(grouping: context.files.pairings, by: \.name)
      .sorted(by: { $0.key < $1.key })
    {
      guard let first = group.first,
        let other = group.first(where: { $0.fileCount != first.fileCount })
      else { continue }
      reported.insert(name)
      ledger.find(
        .nameDiffers, .warning,
        "\(name) is called #\(first.fileCount) and #\(other.fileCount)",
        [first.event, other.event],
        at: [first, other].map { MirrorPosition(fileCount: $0.fileCount, address: 0) },
        file: first.path)
    }
    for (count, group) in Dictionary(grouping: context.files.pairings, by: \.fileCount)
      .sorted(by: { $0.key < $1.key })
    {
      let group = group.filter { !reported.contains($0.name) }
      guard let first = group.first, let other = group.first(where: { $0.name != first.name })
      else { continue }
      ledger.find(
        .nameDiffers, severity(ofNames: first.name, other.name),
        "\(first.event.source.member) calls #\(count) \(first.name), and "
          + "\(other.event.source.member) calls it \(other.name): what is said of #\(count) may be "
          + "about two files",
        [first.event, other.event], at: [MirrorPosition(fileCount: count, address: 0)],
        file: first.path)
    }
  }

  /// How much two names of one file count matter. Files of another day may be those of a mirror that
  /// was set up anew, which counts from 1 again.
  static func severity(ofNames a: String, _ b: String) -> Finding.Severity {
    func day(_ name: String) -> Substring { name[..<(name.lastIndex(of: ".") ?? name.endIndex)] }
    return day(a) == day(b) ? .error : .open
  }

  /// The same mirror journal file has the same size on every member.
  private static func sizes(_ context: MirrorContext, _ ledger: inout Ledger) {
    for (name, lines) in context.files.compressions.sorted(by: { $0.key < $1.key }) {
      guard let first = lines.first else { continue }
      let at = context.files.count(of: name).map { MirrorPosition(fileCount: $0, address: 0) }
      let positions = at.map { [$0] } ?? []
      for other in lines.dropFirst()
      where other.event.source.member != first.event.source.member {
        let a = first.printed.line
        let b = other.printed.line
        let members = (first.event.source.member, other.event.source.member)
        if a.from == b.from, a.to == b.to {
          ledger.confirm(
            "\(name): \(members.0) and \(members.1) both compressed \(a.from) bytes to \(a.to)",
            [first.event, other.event], at: positions)
          continue
        }
        ledger.find(
          .sizesDiffer, a.from == b.from ? .warning : .error,
          "\(name): \(members.0) compressed \(a.from) bytes to \(a.to), \(members.1) \(b.from) "
            + "bytes to \(b.to)",
          [first.event, other.event], at: positions, file: a.path)
      }
    }
  }
}

extension Finding {
  /// A finding for a compression whose printed ratio does not follow from its sizes, else nil.
  ///
  /// A ratio that rounding up would give is a note: that rule is not ruled out by what has been
  /// observed.
  public init?(checking printed: PrintedCompression, in event: LogEvent) {
    let line = printed.line
    switch printed.agreement {
    case .follows: return nil
    case .roundedUp:
      self.init(
        .ratioDiffers, .note,
        "\(line.from) / \(line.to) rounds to \(line.ratioText), and \(printed.ratio) is printed, "
          + "which is the ratio rounded up",
        lines: [event.source], file: line.path)
    case .differs:
      self.init(
        .ratioDiffers, .warning,
        "\(line.from) / \(line.to) is \(line.ratioText), and \(printed.ratio) is printed",
        lines: [event.source], file: line.path)
    }
  }
}
