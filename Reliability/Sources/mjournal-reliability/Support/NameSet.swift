import Foundation

/// Names that threads gather.
final class NameSet: @unchecked Sendable {
  // Every access holds the lock.
  private var names: Set<String> = []
  private let lock = NSLock()

  func insert(_ name: String) { lock.withLock { _ = names.insert(name) } }
  var all: Set<String> { lock.withLock { names } }
}
