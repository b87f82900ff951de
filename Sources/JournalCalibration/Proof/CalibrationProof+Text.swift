public import MirrorJournal

extension CalibrationProof {
  /// Appends the result of the walk, and each row that the file contradicts.
  public func appendText(to buffer: inout TextBuffer) {
    let permille = Int((explainedShare * 100_000).rounded(.down))
    let share = "\(permille / 1000).\(padded(permille % 1000, 3))"
    buffer.append("walk: \(records) records; \(share) % of \(dataBytes) bytes of data explained\n")
    buffer.append("addresses: \(hitRows) of \(listedRows) listed are records\n")
    buffer.append("names: \(rightNames) of \(names) where they should be\n")
    if references > 0 {
      buffer.append("references: \(rightReferences) of \(references) equal, subscripts included\n")
    }
    if values > 0 { buffer.append("values: \(rightValues) of \(values) equal\n") }
    if wideWithoutMark > 0 {
      buffer.append(
        "wide strings: \(wideWithoutMark) listed have no mark that tells them from 8-bit ones, and are shown as those\n"
      )
    }
    buffer.append("wrong rows: \(wrongRows.count)\n")
    for row in wrongRows {
      buffer.append(printable: "  line \(row.line), address \(row.address): \(row.reason)")
      buffer.append("\n")
    }
  }
}
