public import MirrorJournal

extension Discovery {
  /// Appends what was found: the chain, what agrees with it, the fields; or what the proof lacks.
  public func appendText(to buffer: inout TextBuffer) {
    var text = TextBuffer()
    defer { buffer.append(text.string) }
    func line(_ words: String) {
      text.append(printable: words)
      text.append("\n")
    }
    line("\(FileName.printable(path)): \(size) bytes, not zero up to \(dataEnd)")
    guard let framing else {
      line("no chain of records: \(lacks.joined(separator: "; "))")
      return
    }
    if isProved {
      line("chain: \(framing)")
    } else {
      line("best chain, not proved: \(framing)")
    }
    let share = Int(explainedShare * 100_000)
    line(
      "walk: \(records) records from \(firstRecord) to \(end); \(share / 1000)."
        + "\(padded(share % 1000, 3)) % of \(dataBytes) bytes of data explained"
        + (leftoverBytes > 0 ? ", \(leftoverBytes) of them left over from before" : ""))
    for proof in proofs {
      line("proof: \(proof.text): \(proof.support), against \(proof.against)")
    }
    line("nearest rival: \(rival ?? "none")")
    for lack in lacks { line("lacks: \(lack)") }
    guard isProved else { return }
    text.append("\n")
    let columns = ["field", "place", "evidence"].enumerated().map { column, head in
      TextColumn(
        head,
        fields.map { [$0.name, $0.place ?? "unknown", $0.evidence][column] })
    }
    TextTable().append(columns, to: &text)
    if !unreadable.isEmpty {
      text.append("\n")
      for part in unreadable { line("not readable yet by the other commands: \(part)") }
    }
  }
}
