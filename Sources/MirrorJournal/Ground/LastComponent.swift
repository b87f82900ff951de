/// What follows the last separator of a path, be it `/` or the `\` of a journal from Windows.
package func lastComponent(_ path: String) -> String {
  path.lastIndex { $0 == "/" || $0 == "\\" }.map { String(path[path.index(after: $0)...]) } ?? path
}
