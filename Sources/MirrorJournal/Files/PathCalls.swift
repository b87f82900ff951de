package import Glibc

// The system calls that take a path: each path of type `String` becomes bytes here, as `FileName` says.

/// Calls `body` with the bytes of `path`. A path with a NUL in it leads to nothing.
package func withPath<R>(_ path: String, _ body: (UnsafePointer<CChar>) -> R) -> R {
  var bytes = FileName.bytes(path)
  if bytes.contains(0) { bytes = [] }
  bytes.append(0)
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
      // It holds the final NUL at least.
      guard let start = characters.baseAddress else { return unsafe body("") }
      return unsafe body(start)
    }
  }
}

/// `open(2)`; -1 with `errno` set when it fails.
package func openPath(_ path: String, _ flags: CInt, _ permissions: mode_t = 0) -> CInt {
  unsafe withPath(path) { unsafe open($0, flags | O_CLOEXEC, permissions) }
}

/// `stat(2)`, which follows links; nil with `errno` set when it fails.
package func statusOfPath(_ path: String) -> stat? {
  var status = stat()
  return unsafe withPath(path) { unsafe stat($0, &status) } == 0 ? status : nil
}

/// `lstat(2)`: the status of a link itself; nil with `errno` set when it fails.
package func statusOfLink(_ path: String) -> stat? {
  var status = stat()
  return unsafe withPath(path) { unsafe lstat($0, &status) } == 0 ? status : nil
}

/// The path without links; nil with `errno` set when it leads to nothing.
package func resolvedPath(_ path: String) -> String? {
  guard let resolved = unsafe withPath(path, { unsafe realpath($0, nil) }) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe FileName.text(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
}

/// Whether the path leads to a directory.
package func isDirectory(_ path: String) -> Bool {
  statusOfPath(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
}

/// `unlink(2)`; -1 with `errno` set when it fails.
@discardableResult
package func unlinkPath(_ path: String) -> CInt { unsafe withPath(path) { unsafe unlink($0) } }

/// `mkdir(2)`; -1 with `errno` set when it fails.
package func makeDirectory(_ path: String, _ permissions: mode_t) -> CInt {
  unsafe withPath(path) { unsafe mkdir($0, permissions) }
}

/// `rmdir(2)`; -1 with `errno` set when it fails.
@discardableResult
package func removeDirectory(_ path: String) -> CInt {
  unsafe withPath(path) { unsafe rmdir($0) }
}

/// The names in a directory, those of itself and its parent left out, in no order; nil with `errno`
/// set when it cannot be read.
package func namesInDirectory(_ path: String) -> [String]? {
  guard let listing = unsafe withPath(path, { unsafe opendir($0) }) else { return nil }
  defer { unsafe closedir(listing) }
  var names: [String] = []
  while true {
    // The end and an error look the same but for this.
    errno = 0
    guard let entry = unsafe readdir(listing) else { return errno == 0 ? names : nil }
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
      unsafe FileName.text($0.prefix { $0 != 0 })
    }
    if name != ".", name != ".." { names.append(name) }
  }
}

/// A path in the environment; nil when the variable is not set or empty.
package func pathVariable(_ name: String) -> String? {
  guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
  return unsafe FileName.text(
    UnsafeRawBufferPointer(start: UnsafeRawPointer(value), count: strlen(value)))
}

/// A path as directory and last name.
package func splitPath(_ path: String) -> (directory: String, name: String) {
  // By bytes: an accent behind a slash makes one character of both.
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
  let directory = path[..<slash]
  let name = path[path.utf8.index(after: slash)...]
  return (directory.isEmpty ? "/" : String(directory), String(name))
}
