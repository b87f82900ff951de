public import MirrorJournal

/// A place between two records: before the first record at or behind an address of one of several files.
public struct StatePlace: Sendable, Hashable, Comparable {
  /// Index of the file, in journal order.
  public var file: Int
  /// Records that start before it have happened.
  public var address: JournalAddress

  /// The place before the record at `address` of the file with this index.
  public init(file: Int, address: JournalAddress) {
    self.file = file
    self.address = address
  }

  /// Before all journals.
  public static let start = StatePlace(file: 0, address: 0)

  public static func < (left: StatePlace, right: StatePlace) -> Bool {
    (left.file, left.address) < (right.file, right.address)
  }

  /// Behind all of `journals`.
  public static func end(of journals: [Journal]) -> StatePlace {
    StatePlace(file: journals.count, address: 0)
  }
}

/// What a user says of a place: `start`, `end`, a time, an address, or the address in one of several files.
public enum PlaceText: Sendable, Hashable {
  /// Before the first record.
  case start
  /// Behind the last.
  case end
  /// Before the record at the address, in the file of this name or number from 1 on; nil where there is one.
  case address(JournalAddress, file: String?)
  /// Before the first block of this time or later.
  case time(Timestamp)

  /// Reads `start`, `end`, `131088`, `0x20010`, `20240709.001:131088`, `2:131088` or what `times` reads.
  ///
  /// - Throws: `badArgument` for anything else.
  public init(parsing text: String, times: TimeReader = TimeReader()) throws(JournalError) {
    // A place has 40 bits for its address.
    let named = NamedAddress(text).flatMap { $0.address < 1 << 40 ? $0 : nil }
    if text == "start" {
      self = .start
    } else if text == "end" {
      self = .end
    } else if let named, named.file == nil {
      self = .address(named.address, file: nil)
    } else if times.isTime(text) {
      self = .time(try times.time(text))
    } else if let named {
      self = .address(named.address, file: named.file)
    } else {
      throw JournalError(
        .badArgument, "'\(text)' is no place",
        advice: "give an address, FILE:ADDRESS, a time such as 2024-07-09T08:00:00, start or end")
    }
  }

  /// The place in `journals`, which are in journal order. O(1), for a time O(blocks).
  ///
  /// - Throws: `badArgument` when no or more than one file can be meant, when the address is no place between
  ///   records, or when a layout does not know the blocks' times; `JournalError` when a file cannot be read.
  public func place(in journals: [Journal]) throws -> StatePlace {
    switch self {
    case .start: return .start
    case .end: return .end(of: journals)
    case .time(let time): return try Self.place(of: time, in: journals)
    case .address(let address, let name):
      let file = try Self.file(name, in: journals)
      let journal = journals[file]
      let isInside = journal.dataRange.contains(address)
      guard try !isInside || journal.isPosition(address) else {
        throw JournalError(
          .badArgument, "no record starts", at: address, in: journal.path,
          advice: "'mjournal show' finds the nearest one")
      }
      guard isInside || address <= journal.dataRange.lowerBound || address <= journal.dataLimit
      else {
        throw JournalError(
          .badArgument, "the address lies behind the data", at: address, in: journal.path,
          advice: "they end at \(journal.dataLimit)")
      }
      return StatePlace(file: file, address: address)
    }
  }

  private static func file(_ name: String?, in journals: [Journal]) throws -> Int {
    guard let name else {
      guard journals.count == 1 else {
        throw JournalError(
          .badArgument, "an address alone does not say in which of \(journals.count) files",
          advice: "write FILE:ADDRESS")
      }
      return 0
    }
    return try FileRanges.index(name, journals.map(\.path))
  }

  private static func place(of time: Timestamp, in journals: [Journal]) throws -> StatePlace {
    for (file, journal) in journals.enumerated() {
      guard journal.layout.knows(.time) else {
        throw JournalError(
          .badArgument, "the layout does not know the blocks' times", in: journal.path,
          advice: "give an address")
      }
      let block = journal.layout.block
      var start = journal.dataRange.lowerBound
      while start < journal.dataLimit, start + block.headerSize <= journal.storage.count {
        let found = try journal.storage.withBytes(start..<start + block.headerSize) {
          block.time(of: $0)
        }
        if let found, found >= time { return StatePlace(file: file, address: start) }
        start += block.size
      }
    }
    return .end(of: journals)
  }
}
