public import MirrorLog

/// A position that a line names, for checks against the journal itself.
public struct NamedPosition: Sendable, Hashable {
  /// What the line says of the position.
  public enum Role: String, Sendable, CaseIterable {
    /// Apply starts here (DejournalProcessor).
    case processorStart
    /// Apply starts here (dejournal reader).
    case readerStart
    /// The client asks the primary for data from here.
    case clientStart
    /// The primary starts the connection here.
    case serverStart
    /// The primary links the client to its journal daemon here.
    case linked
    /// The new primary's databases are current as of here.
    case currentAsOf
    /// Dejournaling is stuck here.
    case stuck
  }

  /// What the line says of the position.
  public let role: Role
  /// The mirror, where the logs name it.
  public let mirror: String?
  /// The mirror file count and the address in bytes.
  public let position: MirrorPosition
  /// The offset with the figures as printed.
  public let offset: PrintedOffset
  /// The file's path or name, where any line gives it.
  public let path: String?
  /// The line that names it.
  public let event: LogEvent

  static func all(
    of track: MemberTrack, mirror: String?, files: JournalNames
  ) -> [NamedPosition] {
    var found: [NamedPosition] = []
    func add(_ role: Role, _ count: Int, _ offset: PrintedOffset?, _ event: LogEvent) {
      guard let offset else { return }
      found.append(
        NamedPosition(
          role: role, mirror: mirror,
          position: MirrorPosition(fileCount: count, address: offset.address), offset: offset,
          path: files.path(of: count), event: event))
    }
    let links = track.served.reduce(into: [LogSource: ServedConnection]()) {
      if let link = $1.link { $0[link.event.source] = $1 }
    }
    for event in track.events {
      switch event.kind {
      case .applying(let applier, _, let at, _):
        let role: Role = applier == .dejournalProcessor ? .processorStart : .readerStart
        add(role, at.fileCount, PrintedOffset(decimal: at.address, hex: nil), event)
      case .clientStarting(_, _, let at):
        add(.clientStart, at.fileCount, PrintedOffset(decimal: at.address, hex: nil), event)
      case .serverConnection(let connection):
        add(.serverStart, connection.fileCount, connection.offset, event)
      case .clientUpToDate(let offset):
        if let served = links[event.source] {
          add(.linked, served.connection.fileCount, offset, event)
        }
      case .currentAsOf(let offset, let count): add(.currentAsOf, count, offset, event)
      case .dejournalStuck(let offset, _, let count): add(.stuck, count, offset, event)
      default: break
      }
    }
    return found
  }
}
