/// What tools put behind the name of a file that they compress.
package enum StockSuffixes {
  /// Those of the streams that are read.
  package static let read = [".gz", ".zst", ".lz4"]
  /// Those too of which only the name is understood.
  package static let all = read + [".bz2", ".xz"]
}
