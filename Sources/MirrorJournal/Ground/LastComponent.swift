/// What follows the last separator of a path, be it `/` or the `\` of a journal from Windows.
package func lastComponent(_ path: String) -> String {
  // By bytes: an accent behind a separator makes one character of both.
  let last = path.utf8.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
  return last.map { String(path[path.utf8.index(after: $0)...]) } ?? path
}
