import Synchronization

/// A record layout at a fixed place in memory, so that a record view carries one word instead of
/// the whole layout.
///
/// Unsafe room: the pointer stays valid because an interned layout is never freed and never
/// changed; there is one for each distinct layout that the process opens.
public struct InternedRecordLayout: @unchecked Sendable {
  @usableFromInline let pointer: UnsafePointer<RecordLayout>

  @inlinable @inline(__always)
  var layout: RecordLayout {
    @inline(__always) unsafeAddress { unsafe pointer }
  }

  /// The interned copy of `layout`. O(number of distinct layouts).
  init(_ layout: RecordLayout) {
    pointer = Self.table.withLock { table in
      if let known = table.entries.first(where: { unsafe $0.pointee == layout }) { return known }
      let place = UnsafeMutablePointer<RecordLayout>.allocate(capacity: 1)
      unsafe place.initialize(to: layout)
      unsafe table.entries.append(UnsafePointer(place))
      return unsafe UnsafePointer(place)
    }
  }

  private struct Table: @unchecked Sendable {
    var entries: [UnsafePointer<RecordLayout>] = []
  }
  private static let table = Mutex(Table())
}
