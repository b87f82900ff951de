internal import MirrorJournal

/// What happens in an imaginary hospital, as journal records: patients, encounters, laboratory
/// rows, indices, kills, transactions with old values, markers, long and wide values.
///
/// Each call of `next` gives the records of one unit of work by one process; a transaction is never
/// left open.
struct HospitalActivity {
  /// How many in a thousand units store a stream of random bytes: the entropy of the journal.
  var streamsPerThousand: Int
  /// Whether long documents, with extension records, may occur.
  var allowsDocuments = true

  private var random: SeededRandom
  private let jobs: [UInt32]
  private let sfn: UInt32
  private var patient = 1000
  private var visit = 50_000
  private var message = 0
  private var bitmap: UInt32 = 0
  private var marker: (sequence: UInt32, address: JournalAddress) = (0, 0)
  private var balances: [Int: Int] = [:]

  init(seed: UInt64, streamsPerThousand: Int, jobs: [UInt32], sfn: UInt32) {
    random = SeededRandom(seed: seed)
    self.streamsPerThousand = streamsPerThousand
    self.jobs = jobs
    self.sfn = sfn
  }

  /// The records of the next unit of work.
  mutating func next() throws -> [RecordContent] {
    let job = random.pick(jobs)
    if random.below(1000) < streamsPerThousand { return [try stream(job)] }
    switch random.below(100) {
    case 0..<18: return try admit(job)
    case 18..<45: return try laboratory(job)
    case 45..<62: return try encounter(job)
    case 62..<74: return try account(job)
    case 74..<80: return try discharge(job)
    case 80..<86: return try prescriptions(job)
    case 86..<91: return [try message(job)]
    case 91..<94: return try visits(job)
    case 94..<96: return try nested(job)
    case 96..<97: return try failed(job)
    case 97..<98: return [try wide(job)]
    case 98..<99: return [try document(job)]
    default: return try housekeeping(job)
    }
  }

  /// A SET of exactly `length` bytes, a multiple of 4 from 64 to 1024.
  mutating func filler(length: Int) throws -> RecordContent {
    message += 1
    let reference = GlobalReference("HLO.Log", [.number(CanonicalNumber(message))])
    let used = 34 + (try reference.encodedKey()).bytes.count
    var text = ""
    while text.utf8.count < length { text += random.pick(HospitalWords.sentences) }
    let value = JournalValue(String(text.prefix(max(0, length - used))))
    return try set(reference, value, random.pick(jobs))
  }

  /// Notes where a marker was written, for the next one to point back to.
  mutating func wrote(_ content: RecordContent, at address: JournalAddress) {
    if content.type == .marker { marker.address = address }
  }
}

extension HospitalActivity {
  private func set(
    _ reference: GlobalReference, _ value: JournalValue, _ job: UInt32, old: JournalValue? = nil,
    inTransaction: Bool = false
  ) throws -> RecordContent {
    try RecordContent(
      .set, reference, new: value, old: old, isInTransaction: inTransaction, jobID: job, sfn: sfn)
  }

  private func transaction(
    _ job: UInt32, _ records: [RecordContent], end: RecordType = .commitTransaction
  )
    -> [RecordContent]
  {
    func fence(_ type: RecordType) -> RecordContent {
      RecordContent(type, .level(1), isInTransaction: type != .rollback, jobID: job, sfn: sfn)
    }
    return [fence(.beginTransaction)] + records + [fence(end)]
  }

  private func node(_ name: String, _ subscripts: Subscript...) -> GlobalReference {
    GlobalReference(name, subscripts)
  }

  private func number(_ value: Int) -> Subscript { .number(CanonicalNumber(value)) }

  private mutating func personName() -> String {
    "\(random.pick(HospitalWords.surnames)),\(random.pick(HospitalWords.firstNames))"
  }

  private mutating func admit(_ job: UInt32) throws -> [RecordContent] {
    patient += 1 + random.below(3)
    let id = number(patient)
    let name = personName()
    let born = "19\(random.digits(2))0\(1 + random.below(9))1\(random.below(10))"
    let sex = random.pick(["M", "F"])
    var row = ListBuilder()
    row.append(name)
    row.append(sex)
    row.append(60000 + random.below(7000))
    row.appendOmitted()
    row.append(random.pick(HospitalWords.cities))
    row.append(significand: Int64(random.below(100_000)), exponent: -2)
    row.append("(\(random.digits(3))) 555-\(random.digits(4))")
    return transaction(
      job,
      [
        try set(
          node("DPT", id, number(0)), JournalValue("\(name)^\(sex)^\(born)^^\(random.digits(9))"),
          job,
          inTransaction: true),
        try set(node("DPT", "B", .string(name), id), JournalValue(""), job, inTransaction: true),
        try set(node("PAT.PatientD", id), JournalValue(row), job, inTransaction: true),
        try set(
          node("PAT.PatientI", "NameIdx", .string(" " + name), id), JournalValue(""), job,
          inTransaction: true),
      ])
  }

  private mutating func laboratory(_ job: UInt32) throws -> [RecordContent] {
    let id = number(1000 + random.below(max(1, patient - 999)))
    let day = 3_240_709 - random.below(40)
    return try (0..<(1 + random.below(4))).map { _ in
      var row = ListBuilder()
      row.append(random.pick(HospitalWords.tests))
      row.append(significand: Int64(random.below(20_000)), exponent: -1)
      row.append(random.pick(HospitalWords.units))
      row.append(random.below(86_400))
      row.append(random.pick(["", "H", "L", "HH"]))
      return try set(
        node("LR.ResultD", id, number(day), number(random.below(900_000))), JournalValue(row), job)
    }
  }

  private mutating func encounter(_ job: UInt32) throws -> [RecordContent] {
    visit += 1
    let id = number(visit)
    let person = 1000 + random.below(max(1, patient - 999))
    var row = ListBuilder()
    row.append(person)
    row.append("2024-07-09 \(10 + random.below(9)):\(10 + random.below(49)):00")
    row.append(random.pick(HospitalWords.wards))
    row.append(random.pick(HospitalWords.diagnoses))
    row.append(personName())
    let increment = try RecordContent(
      .increment, node("ENC.VisitD"), new: JournalValue("\(visit)"), jobID: job, sfn: sfn)
    return [
      increment,
      try set(node("ENC.VisitD", id), JournalValue(row), job),
      try set(node("ENC.VisitI", "PatIdx", number(person), id), JournalValue(""), job),
      try set(
        node("ENC.VisitI", "DateIdx", .string(" 2024-07-09"), id), JournalValue(""), job),
      try bit(job),
    ]
  }

  private mutating func bit(_ job: UInt32) throws -> RecordContent {
    bitmap += 1
    let key = try node("ENC.VisitI", "$Visit", number(1)).encodedKey()
    return RecordContent(
      .bitSet,
      .bit(
        key: key.bytes, nameLength: key.nameLength,
        BitSetBody(position: bitmap, oldLength: bitmap - 1, newBit: 1, oldBit: 0)),
      jobID: job, sfn: sfn)
  }

  /// Two balances change together: new and old values.
  private mutating func account(_ job: UInt32) throws -> [RecordContent] {
    let amount = 1 + random.below(500)
    let records = try [random.below(60), 60 + random.below(60)].enumerated().map { index, id in
      let before = balances[id] ?? 1000
      let after = index == 0 ? before - amount : before + amount
      balances[id] = after
      return try set(
        node("BIL.AccountD", number(id), "balance"), JournalValue("\(after)"), job,
        old: JournalValue("\(before)"), inTransaction: true)
    }
    return transaction(job, records)
  }

  /// A subtree is killed in a transaction: one KILL, and a KILLdes with its old value for each
  /// descendant.
  private mutating func discharge(_ job: UInt32) throws -> [RecordContent] {
    let bed = number(random.below(400))
    if random.once(in: 3) {
      return [try RecordContent(.kill, node("TMP.Bed", bed), jobID: job, sfn: sfn)]
    }
    if random.once(in: 4) {
      return [try RecordContent(.zkill, node("TMP.Bed", bed, "hold"), jobID: job, sfn: sfn)]
    }
    let name = personName()
    return transaction(
      job,
      [
        try RecordContent(
          .killDescendant, node("WRD.Bed", bed, "patient"), old: JournalValue(name),
          isInTransaction: true, jobID: job, sfn: sfn),
        try RecordContent(
          .killDescendant, node("WRD.Bed", bed, "since"),
          old: JournalValue("2024-07-0\(1 + random.below(8))"), isInTransaction: true, jobID: job,
          sfn: sfn),
        try RecordContent(
          .kill, node("WRD.Bed", bed), old: JournalValue("OCCUPIED"), isInTransaction: true,
          jobID: job, sfn: sfn),
        try set(
          node("WRD.Free", .string(random.pick(HospitalWords.wards)), bed), JournalValue(""), job,
          inTransaction: true),
      ])
  }

  private mutating func prescriptions(_ job: UInt32) throws -> [RecordContent] {
    let id = number(1000 + random.below(max(1, patient - 999)))
    return try (0..<(1 + random.below(3))).map { line in
      try set(
        node("PS", number(55), id, number(5), number(line), number(0)),
        JournalValue(
          "\(random.digits(5))^\(random.pick(HospitalWords.drugs))^U^^^OC^^E^\(random.digits(7))"),
        job)
    }
  }

  private mutating func message(_ job: UInt32) throws -> RecordContent {
    message += 1
    let stamp = "20240709\(random.digits(6))"
    var text = "MSH|^~\\&|LAB|HOSP|EHR|HOSP|\(stamp)||ORU^R01|\(random.digits(10))|P|2.5.1\r"
    text +=
      "PID|1||\(random.digits(8))^^^HOSP||\(personName().split(separator: ",").joined(separator: "^"))\r"
    for line in 1...(2 + random.below(8)) {
      text +=
        "OBX|\(line)|NM|\(random.digits(5))-\(random.below(10))^\(random.pick(HospitalWords.tests))^LN"
      text +=
        "||\(random.below(300)).\(random.below(10))|\(random.pick(HospitalWords.units))|||N|||F\r"
    }
    return try set(node("HL.MessageD", number(message)), JournalValue(text), job)
  }

  private mutating func visits(_ job: UInt32) throws -> [RecordContent] {
    let id = 1000 + random.below(max(1, patient - 999))
    var history = ListBuilder()
    for _ in 0..<(2 + random.below(5)) {
      var entry = ListBuilder()
      entry.append(visit - random.below(500))
      entry.append(random.pick(HospitalWords.diagnoses))
      entry.append(random.pick(HospitalWords.wards))
      history.append(entry)
    }
    return [try set(node("PAT.HistoryD", number(id)), JournalValue(history), job)]
  }

  private mutating func nested(_ job: UInt32) throws -> [RecordContent] {
    func fence(_ type: RecordType, _ level: UInt32) -> RecordContent {
      RecordContent(type, .level(level), jobID: job, sfn: sfn)
    }
    let outer = try account(job).dropFirst().dropLast()
    let inner = try set(
      node("BIL.AuditD", number(random.below(1_000_000))), JournalValue(personName()), job,
      inTransaction: true)
    return transaction(
      job, outer + [fence(.beginLevel, 2), inner, fence(.commitPendingLevel, 2)])
  }

  /// A transaction that is rolled back: the changes, the old values set again, the rollback.
  private mutating func failed(_ job: UInt32) throws -> [RecordContent] {
    let target = node("BIL.AccountD", number(random.below(60)), "limit")
    return transaction(
      job,
      [
        try set(target, JournalValue("0"), job, old: JournalValue("5000"), inTransaction: true),
        try set(target, JournalValue("5000"), job, old: JournalValue("0"), inTransaction: true),
      ], end: .rollback)
  }

  private mutating func wide(_ job: UInt32) throws -> RecordContent {
    let name = random.pick(HospitalWords.wideNames)
    return try set(
      node("DPT.Alias", .string(name), number(patient)),
      JournalValue("\(name)^alias^\(random.digits(4))"),
      job)
  }

  private mutating func document(_ job: UInt32) throws -> RecordContent {
    let length = allowsDocuments && random.once(in: 3) ? 40_000 + random.below(60_000) : 600
    var text = ""
    while text.utf8.count < length {
      text += random.pick(HospitalWords.sentences) + random.digits(6) + " "
    }
    return try set(
      node("TIU.Document", number(8925), number(visit), "TEXT"), JournalValue(text), job)
  }

  private mutating func stream(_ job: UInt32) throws -> RecordContent {
    let bytes = random.bytes(1200 + random.below(1800))
    return try set(
      node("IMG.StreamS", number(random.below(100_000)), number(1)), .bytes(bytes), job)
  }

  /// Records that applications do not write: a backup's marker, mirror and network records.
  private mutating func housekeeping(_ job: UInt32) throws -> [RecordContent] {
    marker.sequence += 1
    let body = MarkerBody(
      id: -1, sequence: marker.sequence, previousAddress: marker.address,
      text: "JUL 09 2024;\(10 + random.below(9)):\(10 + random.below(49))AM;Incremental")
    return [
      RecordContent(.marker, .marker(body), jobID: job),
      RecordContent(.netsyn, .netsyn(random.bytes(8)), jobID: job),
      try RecordContent(
        .mirrorSet, node("%SYS.Mirror", "Status"), new: JournalValue("1"), jobID: job, sfn: 0),
    ]
  }
}
