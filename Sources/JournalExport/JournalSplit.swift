public import MirrorJournal

/// A range of a journal for one worker of an engine: `export --from FROM --to TO FILE`.
public struct JournalSplit: Sendable, Hashable {
  /// The journal's path.
  public let file: String
  /// Records that start at this address or later belong to the split.
  public let from: JournalAddress
  /// Records that start here or later do not.
  public let to: JournalAddress

  /// The records of `file` that start in `from..<to`.
  public init(file: String, from: JournalAddress, to: JournalAddress) {
    self.file = file
    self.from = from
    self.to = to
  }

  /// Cuts `journals` into ranges of about `size` bytes at block boundaries; together they are the
  /// whole data, each record in exactly one.
  ///
  /// Compressed files are cut at their chunks, so that no chunk is decompressed twice. Nothing of
  /// the data is read. O(number of splits).
  ///
  /// - Parameters:
  ///   - journals: in journal order.
  ///   - size: bytes of journal data; at least one block is in a split. Nil means 64 MiB, and the whole of a
  ///     stream without an index, in which each split costs all bytes before it.
  public static func cut(_ journals: [Journal], size: Int? = nil) -> [JournalSplit] {
    journals.flatMap { journal -> [JournalSplit] in
      let size = size ?? (journal.storage.isSequential ? journal.storage.count : 64 << 20)
      let block = journal.layout.block.size
      let unit = journal.storage is MappedFile ? block : max(block, journal.storage.segmentSize)
      let step = max(1, (max(size, 1) + unit / 2) / unit) * unit
      var splits: [JournalSplit] = []
      var start = journal.dataRange.lowerBound
      while start < journal.dataRange.upperBound {
        let end = min((start / unit) * unit + step, journal.dataRange.upperBound)
        splits.append(JournalSplit(file: journal.path, from: start, to: end))
        start = end
      }
      return splits
    }
  }

  /// Appends `FILE`, `FROM` and `TO` with tabs between them. A file's name that cannot be printed in one
  /// line is escaped: programs that have to open such files take NDJSON.
  public func appendText(to buffer: inout TextBuffer) {
    buffer.append(printable: file)
    buffer.append("\t\(from)\t\(to)\n" as String)
  }

  /// Appends `{"file":…,"from":…,"to":…}`.
  public func appendNDJSON(to buffer: inout TextBuffer) {
    buffer.append("{\"file\":")
    buffer.appendJSONString(file)
    buffer.append(",\"from\":\(from),\"to\":\(to)}\n" as String)
  }
}
