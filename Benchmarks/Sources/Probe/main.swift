import MirrorJournal
import CWalk
import Glibc

let path = CommandLine.arguments[1]
if access(path, F_OK) != 0 {
  var h = JournalHeader(); h.name = path; h.fileCount = 1
  let w = try JournalWriter(path: path, header: h)
  var seed: UInt64 = 42
  func rnd(_ n: Int) -> Int { seed = seed &* 6364136223846793005 &+ 1442695040888963407; return Int(seed >> 33) % n }
  let mean = Int(CommandLine.arguments[2])!
  let filler = [UInt8](repeating: 65, count: 65536)
  while w.address < (1 << 30) {
    let ref = GlobalReference("DPT", [.number(CanonicalNumber(rnd(1000000))), .number(CanonicalNumber(0))])
    let key = try ref.encodedKey()
    try w.append(RecordContent(.set, .node(key: key.bytes, nameLength: key.nameLength, values: [StoredValue(Array(filler[0..<rnd(mean * 2)]))])))
  }
  try w.close()
}
func now() -> Double { var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9 }
let file = try MappedFile(path: path)
let j = try Journal(storage: file)
for round in 0..<7 {
  var out = ""
  try file.withBytes(0..<file.count) { b in
    b.withUnsafeBytes { p in
      let base = p.baseAddress!.assumingMemoryBound(to: UInt8.self)
      var t = now()
      let r = c_walk(base, 131072, j.dataLimit)
      out += "C \(Int((now()-t)*1e6)) "
      for d in [512, 1024, 2048, 4096] {
        t = now()
        let q = c_walk_prefetch(base, 131072, j.dataLimit, d)
        out += "Cp\(d) \(Int((now()-t)*1e6)) "
        precondition(q.records == r.records)
      }
    }
  }
  for check in [false, true] {
    let t = now()
    var n = 0, bytes = 0, types = 0, addr = 0
    try j.forEachRecord(verifyingChecksums: check, damaged: { print($0) }) { r in
      n &+= 1; bytes &+= r.length; types &+= Int(r.type.rawValue); addr ^= r.address
    }
    out += "swift(check \(check)) \(Int((now()-t)*1e6)) "
    if round == 0 { out += "n \(n) \(bytes)" }
  }
  let t = now()
  let parts = try j.reduce(threads: 2, verifyingChecksums: false, into: { _ in 0 }) { n, r in n &+= r.length }
  out += "2T \(Int((now()-t)*1e6)) \(parts.count)"
  print(out)
}
