internal import JournalCompression
public import MirrorJournal

/// Lists the records of a journal that a filter takes, on several threads, in order.
///
/// Threads take stretches of the journal in turns, each into a page of text; memory is two pages for
/// each thread, and a quarter of a mebibyte for a single one.
public struct RecordListing: Sendable {
  /// How the records are written.
  public var format: RecordFormat
  /// Which records are listed.
  public var filter: RecordFilter
  /// Whether directory additions and extension records are listed too.
  public var includesInternal = false
  /// Threads that render; the order of the output does not depend on them.
  public var threads: Int
  /// Sets what printers show.
  public var prepare: @Sendable (inout RecordPrinter) -> Void = { _ in }

  /// Bytes of a stretch where the journal's own segments are not larger, and of the text that a page
  /// should hold at most.
  private static let stretch = 1 << 18

  /// A listing of the visible records that `filter` accepts.
  public init(_ format: RecordFormat, filter: RecordFilter = .all, threads: Int = 1) {
    self.format = format
    self.filter = filter
    self.threads = threads
  }

  /// Hands the lines to `write`, in order of address, in large pieces that are not empty.
  ///
  /// - Parameters:
  ///   - journal: the journal to list.
  ///   - range: addresses; nil means all data.
  ///   - damaged: told of data that could not be read, between the lines before and behind them.
  ///   - write: takes the lines.
  /// - Returns: how many records had a key or a value that could not be shown.
  /// - Throws: as `RecordFilter.bound(to:)`, what the closures throw, and `JournalError` when the
  ///   file cannot be read.
  public func write(
    _ journal: Journal, in range: Range<JournalAddress>? = nil,
    damaged: (Damage) throws -> Void, _ write: (RawSpan) throws -> Void
  ) throws -> Int {
    let ranges = try filter.ranges(in: journal, range)
    var reported = ToldDamage()
    if threads <= 1 || journal.storage.isSequential {
      var page = try Page(self, journal)
      for range in ranges {
        try page.write(range, of: journal, &reported, damaged: damaged, write)
      }
      return page.undecodable
    }
    let stretches = ranges.flatMap { journal.split($0, into: max(1, $0.count / Self.stretch)) }
    let pages = try (0..<min(threads * 2, max(1, stretches.count))).map { _ in
      Slot(try Page(self, journal))
    }
    // Where few records are listed, a page takes several stretches as long as it stays small.
    let ring = PageRing(
      stretches.count, threads: threads, slots: pages.count,
      groups: filter == .all ? 1...16 : 4...16)
    try ring.run { slot, group in
      try pages[slot].page.fill(stretches[group], of: journal)
      let size = pages[slot].page.text.count
      return size < Self.stretch / 4 ? .small : size > Self.stretch ? .large : .fitting
    } handOver: { slot in
      try pages[slot].page.handOver(lastReported: &reported, damaged: damaged, write)
    }
    return pages.reduce(0) { $0 + $1.page.undecodable }
  }

  /// Invariant: a page is touched only by the thread that the ring has given it to.
  private final class Slot: @unchecked Sendable {
    var page: Page

    init(_ page: consuming Page) { self.page = page }
  }

  /// The lines of one stretch, with what is needed to write them. A page is used again and again:
  /// fresh memory for every stretch costs more than the lines do.
  private struct Page: ~Copyable {
    private(set) var text = TextBuffer(capacity: 1 << 16)
    /// Damage, and how much of the text stands before it.
    private(set) var damage: [(Int, Damage)] = []
    private var printer: RecordPrinter
    private let matches: (borrowing Record) throws -> Bool
    private let includesInternal: Bool

    var undecodable: Int { printer.undecodable }

    init(_ listing: RecordListing, _ journal: Journal) throws {
      printer = RecordPrinter(journal, format: listing.format)
      listing.prepare(&printer)
      matches = try listing.filter.bound(to: journal)
      includesInternal = listing.includesInternal
    }

    /// Fills the page with the lines of consecutive stretches.
    mutating func fill(_ stretches: ArraySlice<Range<JournalAddress>>, of journal: Journal) throws {
      clear()
      var rest = stretches
      while let first = rest.popFirst() {
        var range = first
        while let next = rest.first, next.lowerBound == range.upperBound {
          range = range.lowerBound..<next.upperBound
          rest.removeFirst()
        }
        try fill(range, of: journal)
      }
    }

    /// One of several threads: a compressed journal is decompressed here.
    private mutating func fill(_ range: Range<JournalAddress>, of journal: Journal) throws {
      try journal.forEachRecord(
        in: range, readingAhead: false, damaged: { damage.append((text.count, $0)) }
      ) { try append($0) }
    }

    /// Adds the record's line, if there is to be one.
    @inline(__always)
    private mutating func append(_ record: borrowing Record) throws {
      guard includesInternal || record.type.isVisible, try matches(record) else { return }
      try printer.append(record, to: &text)
    }

    /// Hands the lines over as they come.
    mutating func write(
      _ range: Range<JournalAddress>, of journal: Journal, _ reported: inout ToldDamage,
      damaged: (Damage) throws -> Void, _ write: (RawSpan) throws -> Void
    ) throws {
      try journal.forEachRecord(in: range, damaged: { damage.append((text.count, $0)) }) { record in
        try append(record)
        if text.count >= RecordListing.stretch {
          try handOver(lastReported: &reported, damaged: damaged, write)
          clear()
        }
      }
      try handOver(lastReported: &reported, damaged: damaged, write)
      clear()
    }

    private mutating func clear() {
      text.removeAll()
      damage.removeAll(keepingCapacity: true)
    }

    func handOver(
      lastReported reported: inout ToldDamage, damaged: (Damage) throws -> Void,
      _ write: (RawSpan) throws -> Void
    ) throws {
      var start = 0
      for (end, damage) in damage where reported.isNew(damage) {
        if end > start { try text.withBytes { try write($0.extracting(start..<end)) } }
        start = max(start, end)
        try damaged(damage)
      }
      if text.count > start {
        try text.withBytes { try write($0.extracting(droppingFirst: start)) }
      }
    }
  }
}
