public import MirrorJournal

/// Lists the records of a journal that a filter takes, on several threads, in order.
///
/// The journal is worked on in stretches of a few megabytes; memory is what `threads` times four of
/// them give as text.
public struct RecordListing: Sendable {
  public var format: RecordFormat
  public var filter: RecordFilter
  /// Whether directory additions and extension records are listed too.
  public var includesInternal = false
  public var threads: Int
  /// Sets what printers show.
  public var prepare: @Sendable (inout RecordPrinter) -> Void = { _ in }

  private static let stretch = 4 << 20

  public init(_ format: RecordFormat, filter: RecordFilter = .all, threads: Int = 1) {
    self.format = format
    self.filter = filter
    self.threads = threads
  }

  /// Hands the lines to `write`, in order of address, in large pieces that are not empty.
  ///
  /// - Parameters:
  ///   - range: addresses; nil means all data.
  ///   - damaged: told of data that could not be read, between the lines before and behind them.
  /// - Returns: how many records had a key or a value that could not be shown.
  /// - Throws: as `RecordFilter.bound(to:)`, what the closures throw, and `JournalError` when the
  ///   file cannot be read.
  public func write(
    _ journal: Journal, in range: Range<JournalAddress>? = nil,
    damaged: (Damage) throws -> Void, _ write: (RawSpan) throws -> Void
  ) throws -> Int {
    let stretches = try filter.ranges(in: journal, range).flatMap {
      journal.split($0, into: max(1, $0.count / Self.stretch))
    }
    var undecodable = 0
    var reported: Damage?
    let step = max(1, threads) * 4
    for first in stride(from: 0, to: stretches.count, by: step) {
      let wave = stretches[first..<min(first + step, stretches.count)]
      let lists = try WorkShare.map(wave.count, threads: threads) { index in
        try list(wave[first + index], of: journal)
      }
      for list in lists {
        undecodable += list.undecodable
        var start = 0
        for (end, damage) in list.damage where damage != reported {
          if end > start { try write(list.text.span.bytes.extracting(start..<end)) }
          start = max(start, end)
          reported = damage
          try damaged(damage)
        }
        if list.text.count > start {
          try write(list.text.span.bytes.extracting(start..<list.text.count))
        }
      }
    }
    return undecodable
  }

  private struct List: Sendable {
    var text: [UInt8] = []
    /// Damage, and how much of the text stands before it.
    var damage: [(Int, Damage)] = []
    var undecodable = 0
  }

  private func list(_ range: Range<JournalAddress>, of journal: Journal) throws -> List {
    var printer = RecordPrinter(journal, format: format)
    prepare(&printer)
    let matches = try filter.bound(to: journal)
    let includesInternal = includesInternal
    var buffer = TextBuffer(capacity: 1 << 16)
    var list = List()
    try journal.forEachRecord(
      in: range, damaged: { list.damage.append((buffer.count, $0)) }
    ) { record in
      guard includesInternal || record.type.isVisible, try matches(record) else { return }
      try printer.append(record, to: &buffer)
    }
    list.text = buffer.withBytes { $0.copied() }
    list.undecodable = printer.undecodable
    return list
  }
}
