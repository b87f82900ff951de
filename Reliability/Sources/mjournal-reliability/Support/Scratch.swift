import Foundation

/// A folder that is gone with its last reference; in memory where the system has room for it.
final class Scratch: Sendable {
  /// With a final slash.
  let path: String

  /// - Parameter root: where the folder stands, if not in memory.
  init(in root: String? = nil) throws {
    let root =
      root ?? ProcessInfo.processInfo.environment["MJOURNAL_SCRATCH"]
      ?? (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory())
    path = root + "/mjournal-reliability-\(UUID().uuidString)/"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + name }

  func names() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(file(name))") }
    defer { close(descriptor) }
    try writeAll(bytes, descriptor)
  }

  func read(_ name: String) -> [UInt8]? { contents(file(name)) }

  func clear() {
    for name in names() { try? FileManager.default.removeItem(atPath: file(name)) }
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func writeAll(_ bytes: [UInt8], _ descriptor: Int32) throws {
  var start = 0
  while start < bytes.count {
    let written = bytes[start...].withUnsafeBytes {
      Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    guard written > 0 else { throw Failure("write: \(String(cString: strerror(errno)))") }
    start += written
  }
}

func contents(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { return nil }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  var start = 0
  while start < bytes.count {
    let count = bytes[start...].withUnsafeMutableBytes {
      Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return nil }
    start += count
  }
  return bytes
}
