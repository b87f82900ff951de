public import MirrorJournal

extension Discovery {
  private static let noFault =
    "if it is a journal, that is no fault of the file: its records hang together in a way that is not "
    + "looked for, or there are too few; another file of more blocks, or 'mjournal calibrate' with a listing, may show it"

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
      return line(Self.noFault)
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
    if !candidates.isEmpty {
      line("candidates, without data of the file, so that this can be shared:")
    }
    for candidate in candidates {
      let share = Int(candidate.explained * 1000)
      line(
        "  \(candidate.framing): \(share / 10).\(share % 10) % explained, \(candidate.records) records"
          + candidate.agrees.map { "; \($0)" }.joined()
          + (candidate.stops.isEmpty
            ? "" : "; stops at \(candidate.stops.map { "\($0)" }.joined(separator: ", "))"))
    }
    guard isProved else { return line(Self.noFault) }
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
