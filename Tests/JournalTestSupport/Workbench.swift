import Foundation
import JournalSamples
package import MirrorJournal

/// A directory of journals made for one test, removed with it.
package final class Workbench {
  package let directory: String

  package init() throws {
    directory = FileManager.default.temporaryDirectory.path + "/mj-ana-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  package func path(_ name: String) -> String { directory + "/" + name }

  package func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  package func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
  }

  package func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  package func journal(_ name: String) throws -> Journal { try Journal(path: path(name)) }

  /// Begins a journal with one database and one job.
  package func writer(
    _ name: String, mirror: Bool = false, _ change: (inout JournalHeader) -> Void = { _ in }
  ) throws -> JournalWriter {
    var header = JournalHeader()
    header.name = path(name)
    header.fileCount = 7
    header.guid = GUID(high: 1, low: 7)
    header.creationTime = Timestamp(milliseconds: 1_700_000_000_000)
    if mirror {
      header.isMirrorJournal = true
      header.mirrorFileCount = 3
      header.mirrorGUID = GUID(high: 9, low: 9)
    }
    change(&header)
    return try JournalWriter(
      path: path(name), header: header,
      databases: [JournalDatabase(sfn: 0, directory: "/iris/user/", mirrorName: ":mirror:M:USER")],
      jobs: [JournalJob(jobID: 1, processID: 4711)])
  }

  /// Changes bytes of a file.
  package func patch(_ name: String, _ change: (inout [UInt8]) throws -> Void) throws {
    var content = try bytes(name)
    try change(&content)
    try write(content, name)
  }

  /// Changes header fields of a file and renews the header's checksum.
  package func doctor(_ name: String, _ field: Field, _ value: UInt64) throws {
    try patch(name) { bytes in
      put(value, field, 0, &bytes)
      sealHeader(&bytes)
    }
  }

  package func doctorGUID(_ name: String, _ index: Int, _ fill: UInt8) throws {
    try patch(name) { bytes in
      for place in 0..<16 { bytes[96 + index * 16 + place] = fill }
      sealHeader(&bytes)
    }
  }

  /// Changes bytes of a block and renews its checksum, as a faulty writer would.
  package func forge(
    _ name: String, block: JournalAddress, _ change: (inout [UInt8]) -> Void
  ) throws {
    try patch(name) { bytes in
      change(&bytes)
      sealBlock(&bytes, block)
    }
  }
}

extension RecordContent {
  /// A record about the node `reference`, with values as M text.
  package static func node(
    _ type: RecordType, _ reference: String, _ values: [JournalValue] = [],
    inTransaction: Bool = false, job: UInt32 = 1
  ) throws -> RecordContent {
    let key = try GlobalReference(parsing: reference).encodedKey()
    return RecordContent(
      type,
      .node(
        key: key.bytes, nameLength: key.nameLength,
        values: values.map { StoredValue($0.encodedBytes, storageCode: $0.storageCode) }),
      isInTransaction: inTransaction, jobID: job)
  }

  package static func bit(
    _ reference: String, position: UInt32, new: UInt8, old: UInt8, oldLength: UInt32
  ) throws -> RecordContent {
    let key = try GlobalReference(parsing: reference).encodedKey()
    return RecordContent(
      .bitSet,
      .bit(
        key: key.bytes, nameLength: key.nameLength,
        BitSetBody(position: position, oldLength: oldLength, newBit: new, oldBit: old)))
  }

  package static func level(_ type: RecordType, _ level: UInt32) -> RecordContent {
    RecordContent(type, .level(level), isInTransaction: true)
  }
}

/// Numbers that look random and are the same in each run.
package struct Dice: RandomNumberGenerator {
  private var random: SeededRandom

  package init(_ seed: UInt64) { random = SeededRandom(seed: seed) }

  package mutating func next() -> UInt64 { random.next() }
}

extension JournalWriter {
  /// Appends `count` records of all kinds, long values among them.
  package func appendMixture(_ count: Int, seed: UInt64) throws {
    var dice = Dice(seed)
    for index in 0..<count {
      let name = ["ABC", "PAT", "lsc", "dc.test"].randomElement(using: &dice) ?? "ABC"
      let node = "^\(name)(\(Int.random(in: 0..<50, using: &dice)),\"k\(index % 17)\")"
      let text = String(repeating: "x\u{e9}\"\n", count: Int.random(in: 0..<12, using: &dice))
      switch Int.random(in: 0..<12, using: &dice) {
      case 0: try append(.node(.kill, node, [JournalValue(text)], inTransaction: true))
      case 1: try append(.node(.zkill, node))
      case 2: try append(.bit(node, position: 5, new: 1, old: 0, oldLength: 8))
      case 3: try append(.level(.beginTransaction, 1))
      case 4: try append(.level(.commitTransaction, 1))
      case 5: try append(.node(.set, node, [JournalValue("\u{20ac}uro \(index)")]))
      case 6:
        var list = ListBuilder()
        list.appendOmitted()
        list.append(index)
        list.append(text)
        try append(
          .node(.set, node, [JournalValue(list), JournalValue(text)], inTransaction: true))
      case 7 where index % 40 == 7:
        let long = [UInt8](repeating: UInt8(index & 0x7F), count: 150_000)
        try append(.node(.set, node, [.bytes(long), "short"], inTransaction: true))
      case 8:
        try append(
          RecordContent(
            .marker,
            .marker(MarkerBody(id: -1, sequence: 1, previousAddress: 0, text: "backup"))))
      case 9: try append(.node(.increment, node, [JournalValue("\(index)")]))
      default: try append(.node(.set, node, [JournalValue("value \(index) \(text)")]))
      }
    }
  }
}
