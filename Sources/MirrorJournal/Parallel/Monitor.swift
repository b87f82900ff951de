internal import Glibc

/// A mutex with a condition, which the standard library lacks.
///
/// Invariant: both C objects live at fixed addresses from `init` to `deinit`.
package final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func locked<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Gives up the lock until somebody calls ``wakeAll()``; to be called inside ``locked(_:)``.
  package func wait() { pthread_cond_wait(condition, mutex) }

  package func wakeAll() { pthread_cond_broadcast(condition) }
}

/// A thread that runs one closure and is joined once.
package struct JoinableThread {
  private let handle: pthread_t

  /// Of a thread: its stack, and the addresses that malloc takes for it.
  private static let addresses = 88 << 20

  /// Nil if the system has no thread to give, or so little memory that the thread would take what the others
  /// need.
  package init?(_ body: @escaping @Sendable () -> Void) {
    guard isAvailable(Self.addresses) else { return nil }
    let box = Unmanaged.passRetained(Body(run: body))
    var handle = pthread_t()
    let result = pthread_create(
      &handle, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      return nil
    }
    self.handle = handle
  }

  package func join() { pthread_join(handle, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
