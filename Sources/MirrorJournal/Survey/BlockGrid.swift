/// The distance at which a file's bytes begin alike: the size of its blocks, if blocks have headers.
///
/// For each size, the bytes at its multiples are laid below each other. A column of a block header, which
/// holds numbers that are small or grow, is mostly the same; a column of records is not. The size is the
/// smallest whose columns are alike, more than those half a block away, and more than those of half the size.
public struct BlockGrid: Sendable, Hashable {
  /// Bytes from one beginning to the next, a power of two.
  public let size: Int
  /// How alike the beginnings are, from 0 to 1.
  public let likeness: Double
  /// How alike the bytes in the middle of the blocks are.
  public let likenessElsewhere: Double
  /// Beginnings that were compared.
  public let beginnings: Int

  private static let width = 32
  private static let limit = 256

  /// Nil when no distance stands out, as in a file of few blocks.
  package init?(_ storage: any JournalStorage) throws {
    // Of a stream each beginning costs all bytes before it.
    guard !storage.isSequential else { return nil }
    var rows: [(likeness: Double, count: Int)] = []
    for shift in 8...21 { rows.append(try Self.likeness(of: 1 << shift, 0, storage)) }
    for shift in 9...20 {
      let size = 1 << shift
      let (found, half, twice) = (rows[shift - 8], rows[shift - 9], rows[shift - 7])
      guard found.count >= 4 else { break }
      let elsewhere = try Self.likeness(of: size, size / 2 - 8, storage).likeness
      guard found.likeness >= 0.6, found.likeness - elsewhere >= 0.2,
        found.likeness - half.likeness >= 0.12,
        // With fewer beginnings nothing speaks against twice the size, but what is observed.
        twice.count < 3
          ? size == ObservedGrid.blockSize : twice.likeness - found.likeness < 0.08
      else { continue }
      self.size = size
      likeness = found.likeness
      likenessElsewhere = elsewhere
      beginnings = found.count
      return
    }
    return nil
  }

  /// How alike the bytes are that stand `offset` behind multiples of `size`; those that are zero do not
  /// count, nor what stands before the data of a file that has any.
  private static func likeness(
    of size: Int, _ offset: Int, _ storage: any JournalStorage
  ) throws -> (likeness: Double, count: Int) {
    let hasData = storage.count >= 2 * ObservedGrid.firstDataAddress
    let first = hasData ? max(size, ObservedGrid.firstDataAddress) : size
    let all = max(0, (storage.count - first - offset - width) / size + 1)
    let taken = min(all, limit)
    var rows: [[UInt8]] = []
    for index in 0..<taken {
      let row = try storage.copy(at: first + offset + index * all / taken * size, width)
      if row.count == width, row.contains(where: { $0 != 0 }) { rows.append(row) }
    }
    guard rows.count >= 3 else { return (0, rows.count) }
    let columns = (0..<width).map { column in
      var counts = [Int](repeating: 0, count: 256)
      for row in rows { counts[Int(row[column])] += 1 }
      return Double(counts.max() ?? 0) / Double(rows.count)
    }
    // A header may fill no more than half of what is looked at.
    let best = columns.sorted(by: >).prefix(width / 2)
    return (best.reduce(0, +) / Double(width / 2), rows.count)
  }
}
