public import MirrorJournal

/// What earlier records of a history say of a node, for changes that do not hold the old value themselves.
///
/// The last record about the node is meant, whatever became of its transaction.
public struct LastSeenValues {
  /// What an earlier record left.
  public struct Seen: Sendable, Hashable {
    /// The value; nil when the record killed the node.
    public let value: JournalValue?
    /// The file as the user named it.
    public let file: String
    /// The record's address in that file.
    public let address: JournalAddress
  }

  private struct Entry {
    var seen: Seen?
    var order: Int
  }

  /// Bytes of keys and values that are kept; of nodes beyond nothing is said.
  private let limit: Int
  private var used = 0
  private var order = 0
  private var entries: [[UInt8]: Entry] = [:]
  /// The last KILL of each subtree.
  private var kills: [[UInt8]: Entry] = [:]

  /// Nothing seen yet.
  public init(limit: Int = 64 << 20) { self.limit = limit }

  /// What is known of the record's node from those that were noted; nil when nothing is.
  public func seen(before record: borrowing Record, in journal: Journal) -> Seen? {
    guard let key = Self.key(record, journal) else { return nil }
    var best = entries[key]
    // A KILL above that came later.
    for length in Self.prefixes(of: key) {
      if let kill = kills[Array(key[..<length])], kill.order > best?.order ?? -1 { best = kill }
    }
    return best?.seen
  }

  /// Notes what the record leaves.
  ///
  /// - Throws: only what the storage throws.
  public mutating func note(_ record: borrowing Record, in journal: Journal) throws {
    guard let key = Self.key(record, journal) else { return }
    order += 1
    let type = record.type
    if type.isKill {
      let seen = Seen(value: nil, file: journal.path, address: record.address)
      put(Entry(seen: seen, order: order), key, size: 0, isKill: false)
      if type == .kill || type == .networkKill {
        put(Entry(seen: seen, order: order), key, size: 0, isKill: true)
      }
      return
    }
    let places = ValuePlaces(type: type, count: record.valueCount)
    var entry = Entry(seen: nil, order: order)
    if case .value(let value) = try ChangedValue(places.new, of: record, journal) {
      entry.seen = Seen(value: value, file: journal.path, address: record.address)
    }
    put(entry, key, size: entry.seen?.value?.byteCount ?? 0, isKill: false)
  }

  private mutating func put(_ entry: Entry, _ key: [UInt8], size: Int, isKill: Bool) {
    let old = isKill ? kills[key] : entries[key]
    let change = size - (old?.seen?.value?.byteCount ?? 0) + (old == nil ? key.count + 64 : 0)
    var entry = entry
    if used + change > limit {
      // An older value would be a wrong answer.
      guard let old else { return }
      entry.seen = nil
      used -= old.seen?.value?.byteCount ?? 0
    } else {
      used += change
    }
    if isKill { kills[key] = entry } else { entries[key] = entry }
  }

  /// The database's name, a zero and the key.
  private static func key(_ record: borrowing Record, _ journal: Journal) -> [UInt8]? {
    guard let key = record.keyBytes() else { return nil }
    let database = journal.database(sfn: record.sfn)?.directory ?? "\(record.sfn)"
    return Array(database.utf8) + [0] + key.copied()
  }

  /// The lengths of the key's prefixes that may be nodes above it, and its own.
  private static func prefixes(of key: [UInt8]) -> [Int] {
    var lengths = key.indices.dropFirst().filter { key[$0] == 0 }
    lengths.append(key.count)
    return lengths
  }
}
