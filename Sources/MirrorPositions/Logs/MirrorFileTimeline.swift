public import JournalCompression
public import MirrorLog

/// One mirror journal file across the members: what was said of it, where and when.
public struct MirrorFileTimeline: Sendable {
  /// Something said of the file.
  public struct Mark: Sendable {
    /// What is said of the file.
    public enum Role: Sendable, Hashable {
      /// A line that names a position.
      case position(NamedPosition.Role)
      /// The member fetches the file from another one.
      case retrieved
      /// Journaling was switched to the file: the member is its primary.
      case switchedTo
      /// The member scans the file for transactions to roll back.
      case scanned
      /// The member compressed the file.
      case compressed(CompressionLine)
      /// The member could not read the file's header.
      case headerUnreadable
    }

    /// What is said.
    public let role: Role
    /// Whose log says it.
    public let member: String
    /// Nil where the line names the file but no place in it.
    public let address: Int?
    /// The line that says it.
    public let event: LogEvent
  }

  /// The mirror, where the logs name it.
  public let mirror: String?
  /// The mirror file count, as in `#7` (not the `NNN` of the file name).
  public let fileCount: Int
  /// The file's path or name, where any line gives it.
  public let path: String?
  /// The uncompressed size in bytes, where a compression line prints it.
  public let size: Int?
  /// Member by member, in each member's order.
  public let marks: [Mark]

  /// The addresses that lines name, each once, ascending.
  public var addresses: [Int] { Set(marks.compactMap(\.address)).sorted() }

  static func all(_ context: MirrorContext) -> [MirrorFileTimeline] {
    var marks: [Int: [Mark]] = [:]
    let named = Dictionary(context.named.map { ($0.event.source, $0) }) { first, _ in first }
    for track in context.members {
      for event in track.events {
        func mark(_ role: Mark.Role, _ count: Int?, _ address: Int? = nil) {
          guard let count else { return }
          marks[count, default: []].append(
            Mark(role: role, member: track.name, address: address, event: event))
        }
        if let position = named[event.source] {
          mark(
            .position(position.role), position.position.fileCount, position.position.address)
          continue
        }
        switch event.kind {
        case .retrieving(let count, _, _, _): mark(.retrieved, count)
        case .journalFile(.switched, let path): mark(.switchedTo, context.files.count(of: path))
        case .journalFile(.scanning, let path): mark(.scanned, context.files.count(of: path))
        case .compressed(let printed):
          mark(.compressed(printed.line), context.files.count(of: printed.line.path))
        case .headerUnreadable(_, let count): mark(.headerUnreadable, count)
        default: break
        }
      }
    }
    return marks.sorted { $0.key < $1.key }.map { count, marks in
      MirrorFileTimeline(
        mirror: context.mirror, fileCount: count, path: context.files.path(of: count),
        size: context.files.size(of: count)?.bytes, marks: marks)
    }
  }
}
