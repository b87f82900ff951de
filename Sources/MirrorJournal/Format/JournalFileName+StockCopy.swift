extension JournalFileName {
  /// The journal of which `file` is a copy that a stock tool compressed, such as `20240709.001.gz`; nil for
  /// any other name.
  package static func ofStockCopy(_ file: String) -> JournalFileName? {
    StockSuffixes.all.first { file.hasSuffix($0) }.flatMap {
      JournalFileName(String(file.dropLast($0.count)))
    }
  }
}
