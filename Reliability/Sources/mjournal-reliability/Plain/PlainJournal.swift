/// The slow, plain reader: written from docs/FORMAT.md alone, sharing no code with the product, so
/// that both being wrong in the same way is unlikely. For tests only; it trusts its input.
struct PlainJournal {
  let bytes: [UInt8]
  let records: [PlainRecord]
  let isClosed: Bool
  /// Just past the last record.
  let end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isClosed = bytes[24] & 2 != 0
    let limit = isClosed ? Int(bytes.number(56, 8)) : bytes.count
    var records: [PlainRecord] = []
    var leading: [UInt8] = []
    var end = 131_088
    var block = 131_072
    while block < limit, block + 65_536 <= bytes.count {
      var place = Int(bytes.number(block, 2))
      let time = Int(bytes.number(block + 8, 8))
      while place > 0, place + 24 <= 65_536, block + place < limit {
        let length = Int(bytes.number(block + place, 4))
        if length == 0 { break }
        let address = block + place
        let record = PlainRecord(
          address: address, time: time, leading: leading, Array(bytes[address..<address + length]))
        if record.type == 3 {
          leading += record.extensionPayload
        } else {
          leading = []
        }
        records.append(record)
        place += length
        end = address + length
      }
      block += 65_536
    }
    self.records = records
    self.end = end
  }

  /// What the bit at `address` belongs to, in the words of docs/FORMAT.md.
  func field(at address: Int) -> String {
    switch address {
    case 0..<8: return "signature"
    case 8..<8192: return "header"
    case 8192..<65_536: return "block 0 behind the header"
    case 65_536..<131_072: return "directory block"
    default: break
    }
    let inBlock = address % 65_536
    switch inBlock {
    case 0..<2: return "block header: first record"
    case 2..<4: return "block header: flags"
    case 4..<8: return "block header: checksum"
    case 8..<16: return "block header: buffer time"
    default: break
    }
    guard let record = record(at: address) else { return "space behind the last record" }
    return record.field(at: address - record.address)
  }

  /// The record that covers `address`.
  private func record(at address: Int) -> PlainRecord? {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if records[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < records[low - 1].end else { return nil }
    return records[low - 1]
  }
}

/// One record as the plain reader sees it.
struct PlainRecord {
  let address: Int
  /// Milliseconds since 1970, of the block.
  let time: Int
  let bytes: [UInt8]
  let type: UInt8
  /// The key and where it ends, for types that have one.
  let key: [UInt8]
  let nameLength: Int
  let values: [PlainValue]

  var end: Int { address + bytes.count }
  var length: Int { bytes.count }
  var isVisible: Bool { type >= 4 }
  var isInTransaction: Bool { bytes[9] & 1 != 0 }
  var job: Int { Int(bytes.number(12, 4)) }
  var remote: Int { Int(bytes.number(16, 4)) }
  var sfn: Int { Int(bytes.number(20, 4)) }
  var hasValues: Bool { [6, 7, 8, 9, 10, 11, 12, 19, 20, 134].contains(type) }
  var hasKey: Bool { hasValues || type == 14 }
  var isSet: Bool { [6, 10, 19, 134].contains(type) }

  /// Payload of an extension record.
  var extensionPayload: [UInt8] { Array(bytes[28..<28 + Int(bytes.number(24, 4))]) }

  var new: PlainValue? { isSet ? values.first : nil }
  var old: PlainValue? { values.count == 2 ? values[1] : isSet ? nil : values.first }

  init(address: Int, time: Int, leading: [UInt8], _ bytes: [UInt8]) {
    self.address = address
    self.time = time
    self.bytes = bytes
    type = bytes[8]
    let hasValues = [6, 7, 8, 9, 10, 11, 12, 19, 20, 134].contains(bytes[8])
    guard hasValues || bytes[8] == 14 else {
      key = []
      nameLength = 0
      values = []
      return
    }
    let keyLength = Int(bytes.number(24, 2))
    nameLength = Int(bytes.number(26, 2))
    key = Array(bytes[30..<30 + keyLength])
    guard hasValues else {
      values = []
      return
    }
    let words = (0..<Int(bytes[11])).map { Int(bytes.number(30 + keyLength + 4 * $0, 4)) }
    let total = words.reduce(0) { $0 + ($1 & 0x0FFF_FFFF) }
    let start = 30 + keyLength + 4 * words.count
    let isContinued = bytes[9] & 4 != 0
    var data = isContinued ? leading : []
    data += bytes[start...].prefix(total - data.count)
    var values: [PlainValue] = []
    for word in words {
      let count = word & 0x0FFF_FFFF
      values.append(PlainValue(storage: UInt8(word >> 28), bytes: Array(data.prefix(count))))
      data.removeFirst(count)
    }
    self.values = values
  }

  func field(at offset: Int) -> String {
    switch offset {
    case 0..<4: return "record: length"
    case 4..<8: return "record: distance back"
    case 8: return "record: type"
    case 9: return "record: flags"
    case 10: return "record: collation"
    case 11: return "record: number of values"
    case 12..<16: return "record: job"
    case 16..<20: return "record: remote system"
    case 20..<24: return "record: SFN"
    default: break
    }
    guard hasKey else { return "record: body" }
    switch offset {
    case 24..<30: return "record: key and name length"
    case 30..<30 + key.count: return "record: key"
    default: return "record: value words, values and padding"
    }
  }
}

extension [UInt8] {
  /// The little-endian number of `width` bytes at `offset`.
  func number(_ offset: Int, _ width: Int) -> UInt64 {
    (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
  }
}
