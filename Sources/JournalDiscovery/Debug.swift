import MirrorJournal
public func debugDiscover(_ path: String) throws {
  let clock = ContinuousClock(); let t = clock.now
  let d = try Discovery(path: path)
  print(path, d.isProved ? "PROVED" : "no", clock.now - t, "records", d.records, "first", d.firstRecord, "end", d.end, d.framing ?? "-")
  if d.framing != nil { for l in d.lacks { print("    lacks", l) } }
  for p in d.proofs { print("    proof", p.kind, p.text, p.support, p.against) }
  if let r = d.rival { print("    rival", r) }
  for f in d.fields { print("    field", f.name, "|", f.place ?? "UNKNOWN", "|", f.evidence) }
  for u in d.unreadable { print("    unreadable", u) }
}
