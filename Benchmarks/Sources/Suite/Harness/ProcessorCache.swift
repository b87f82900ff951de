import CLimits
import Glibc

/// The processor's cache, which small inputs fit into and large ones do not.
enum ProcessorCache {
  /// Bytes of the last level; 0 when the system does not say.
  static let size: Int = {
    let levels = ChildProcess.lines("cat /sys/devices/system/cpu/cpu0/cache/index*/size")
    return levels.compactMap { level in
      Int(level.filter(\.isNumber)).map { $0 << (level.hasSuffix("M") ? 20 : 10) }
    }.max() ?? 0
  }()

  /// Streamed through where the processor cannot evict single lines.
  private static let stream = [UInt8](repeating: 1, count: max(size, 64 << 20) * 4)

  /// Puts the input's bytes out of the processor's cache; they stay in the system's page cache.
  static func evict(_ input: Input) throws {
    try input.withData { data in
      guard c_evict(data, input.file.count) == 0 else { return }
      stream.withUnsafeBufferPointer { use(c_read($0.baseAddress!, $0.count)) }
    }
  }
}
