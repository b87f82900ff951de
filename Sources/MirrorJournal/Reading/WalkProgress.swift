internal import Synchronization

/// How far the walks of this process have come, for what shows progress.
public enum WalkProgress {
  private static let bytes = Atomic(0)
  private static let added = Atomic(0)

  /// Bytes of journal data that walks have passed since the process began, on all threads, each time anew. They
  /// are counted by segments and blocks, never by records.
  public static var passedBytes: Int { bytes.load(ordering: .relaxed) }

  /// Bytes of walks that nobody asked for: through a whole file, for the names that its directory lacks. They count
  /// among those passed, too.
  public static var addedBytes: Int { added.load(ordering: .relaxed) }

  package static func add(_ count: Int) { added.wrappingAdd(count, ordering: .relaxed) }

  @usableFromInline
  package static func pass(_ count: Int) { bytes.wrappingAdd(count, ordering: .relaxed) }
}
