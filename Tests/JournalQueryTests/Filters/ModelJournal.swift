import JournalTestSupport
import MirrorJournal

/// What a record was made from, kept so that a filter can be tried without decoding anything.
struct ModelRecord {
  indirect enum Value {
    case text(String)
    /// Nil is an omitted element.
    case list([Value?])
    /// A number in a list, by its canonical text.
    case number(String)
    case bits

    /// The texts of which one has to match: the whole and, for a list, every element's.
    var texts: [String] {
      switch self {
      case .text(let text), .number(let text): [text]
      case .list(let elements): elements.flatMap { $0?.texts ?? [] }
      case .bits: ["$zwc(407,2,1,2,3,5)/*$bit(2..4,6)*/"]
      }
    }

    var stored: JournalValue {
      switch self {
      case .text(let text), .number(let text): JournalValue(text)
      case .list(let elements): JournalValue(Self.builder(elements))
      case .bits: .bytes([0x97, 1, 2, 0, 1, 0, 2, 0, 3, 0, 5, 0])
      }
    }

    private static func builder(_ elements: [Value?]) -> ListBuilder {
      var list = ListBuilder()
      for element in elements {
        switch element {
        case nil, .bits: list.appendOmitted()
        case .text(let text): list.append(text)
        case .list(let inner): list.append(builder(inner))
        case .number(let text):
          if let number = CanonicalNumber(text) { _ = list.append(number) }
        }
      }
      return list
    }
  }

  var type: RecordType
  var isInTransaction = false
  var job: UInt32 = 1
  var system: UInt32 = 0x4000_0000
  var sfn: UInt32 = 0
  var name: String?
  var subscripts: [String] = []
  var new: Value?
  var old: Value?
  var time: Int64 = 0
  // Known once it is written.
  var address = 0
  var length = 0
  var body: [UInt8] = []
}

/// A journal of random records, and what they were made from.
struct ModelJournal {
  static let names = ["PAT", "PATIENT", "P", "%SYS", "dc.test", "\u{C0}B"]
  static let subscripts = [
    "0", "42", "421", "-3", "1.5", "-.25", "name", "na*me", "x\u{0}y\u{1}", "\u{FC}", "\u{20AC}uro",
    "42a", "n(1,\"q\")",
  ]
  static let texts = [
    "", "SMITH", "smith", "*", "a?c", "\u{20AC}", "\u{65E5}\u{672C}\u{1F600}x", "back\\slash",
    "1.5",
    "42", "x\u{FC}y", "$zwc(407,2,1,2,3,5)/*$bit(2..4,6)*/",
  ]

  private(set) var records: [ModelRecord] = []
  let journal: Journal

  init(_ bench: Workbench, _ name: String, count: Int, seed: UInt64) throws {
    var dice = Dice(seed)
    var header = JournalHeader()
    header.name = bench.path(name)
    header.fileCount = 1
    header.guid = GUID(high: 1, low: seed)
    header.creationTime = Timestamp(milliseconds: 1_700_000_000_000)
    let writer = try JournalWriter(
      path: bench.path(name), header: header,
      databases: [
        JournalDatabase(sfn: 0, directory: "/iris/user/", mirrorName: ":mirror:M:USER"),
        JournalDatabase(sfn: 3, directory: "/iris/lab/"),
      ],
      jobs: [JournalJob(jobID: 1, processID: 4711), JournalJob(jobID: 257, processID: 4712)])
    for _ in 0..<count {
      // Mostly forwards, sometimes back, as clocks go.
      let step = Int64(dice.next(below: 40)) - 4
      writer.time = Timestamp(milliseconds: writer.time.milliseconds + step * 1000)
      var record = Self.record(&dice)
      record.address = try writer.append(try Self.content(record))
      records.append(record)
    }
    try writer.close()
    journal = try bench.journal(name)
    var byAddress = Dictionary(uniqueKeysWithValues: records.enumerated().map { ($1.address, $0) })
    var models = records
    try journal.forEachRecord(damaged: { throw $0 }) { record in
      guard let index = byAddress.removeValue(forKey: record.address) else { return }
      models[index].length = record.length
      models[index].time = record.blockTime.milliseconds
      models[index].body = record.body().copied()
    }
    precondition(byAddress.isEmpty)
    records = models
  }

  private static func value(_ dice: inout Dice, depth: Int = 0) -> ModelRecord.Value {
    switch dice.next(below: depth == 0 ? 12 : 6) {
    case 0 where depth < 2:
      return .list(
        (0..<dice.next(below: 5)).map { _ in
          dice.next(below: 5) == 0 ? nil : value(&dice, depth: depth + 1)
        } + [.number("42")])
    case 1 where depth > 0: return .number(["0", "-1.5", "7", "123456789012"][dice.next(below: 4)])
    case 2 where depth == 0: return .bits
    default: return .text(texts[dice.next(below: texts.count)])
    }
  }

  private static func record(_ dice: inout Dice) -> ModelRecord {
    var record = ModelRecord(type: .set)
    record.job = [1, 257, 513][dice.next(below: 3)]
    record.system = dice.next(below: 8) == 0 ? 7 : 0x4000_0000
    record.sfn = [0, 0, 3, 9][dice.next(below: 4)]
    record.isInTransaction = dice.next(below: 2) == 0
    let types: [RecordType] = [
      .set, .set, .set, .kill, .zkill, .killDescendant, .increment, .beginTransaction, .mirrorSet,
    ]
    record.type = types[dice.next(below: types.count)]
    if record.type == .beginTransaction { return record }
    record.name = names[dice.next(below: names.count)]
    record.subscripts = (0..<dice.next(below: 4)).map { _ in
      subscripts[dice.next(below: subscripts.count)]
    }
    if record.type.isSet {
      record.new = value(&dice)
      if record.isInTransaction { record.old = value(&dice) }
      if dice.next(below: 200) == 0 {
        record.new = .text(String(repeating: "long ", count: 13_200) + "SMITH")
      }
    } else if record.isInTransaction {
      record.old = value(&dice)
    }
    return record
  }

  private static func content(_ record: ModelRecord) throws -> RecordContent {
    guard let name = record.name else {
      return RecordContent(
        record.type, .level(1), isInTransaction: record.isInTransaction, jobID: record.job,
        remoteSystemID: record.system, sfn: record.sfn)
    }
    var content = try RecordContent(
      record.type, GlobalReference(name, record.subscripts.map { Subscript($0) }),
      new: record.new?.stored, old: record.old?.stored, isInTransaction: record.isInTransaction,
      jobID: record.job, sfn: record.sfn)
    content.remoteSystemID = record.system
    return content
  }
}

extension Dice {
  mutating func next(below bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}

/// Whether `text` matches `pattern`, by trying everything.
func matchesSlowly(_ pattern: String, _ text: String) -> Bool {
  enum Element: Equatable { case any, one, scalar(Unicode.Scalar) }
  var elements: [Element] = []
  var scalars = Array(pattern.unicodeScalars)[...]
  while let scalar = scalars.popFirst() {
    if scalar == "\\", let next = scalars.first, next == "*" || next == "?" || next == "\\" {
      scalars.removeFirst()
      elements.append(.scalar(next))
    } else {
      elements.append(scalar == "*" ? .any : scalar == "?" ? .one : .scalar(scalar))
    }
  }
  func match(_ elements: ArraySlice<Element>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let element = elements.first else { return text.isEmpty }
    if element == .any {
      return (text.startIndex...text.endIndex).contains {
        match(elements.dropFirst(), text[$0...])
      }
    }
    guard let scalar = text.first, element == .one || element == .scalar(scalar) else {
      return false
    }
    return match(elements.dropFirst(), text.dropFirst())
  }
  return match(elements[...], Array(text.unicodeScalars)[...])
}
