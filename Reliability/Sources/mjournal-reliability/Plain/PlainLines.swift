import Foundation

/// The lines that the product has to print, made by the plain reader.
struct PlainLines {
  let path: String
  /// SFN to directory and mirror name.
  let databases: [Int: (directory: String, mirror: String)]
  let processes: [Int: Int]

  static let names = [
    "padding", "blkhdr", "dirtab", "extension", "BeginTrans", "CommitTrans", "SET", "KILL",
    "KILLdes",
    "ZKILL", "NSET", "NKILL", "NZKILL", "Marker", "BitSET", "netsyn", "BeginTrans with level",
    "CommitTrans Pending with level", "CommitTrans with level", "MirrorSET", "MirrorKILL",
    "Rollback",
  ]
  static let ops = [
    "pad", "blk", "dir", "ext", "BT", "CT", "S", "K", "k", "k", "NS", "NK", "Nk", "M", "b", "NN",
    "BTL", "PTL", "CTL", "S", "k", "RB",
  ]

  static func name(_ type: UInt8) -> String {
    type < 22 ? names[Int(type)] : type == 134 ? "SET ($I)" : "type \(type)"
  }

  static func time(_ milliseconds: Int) -> String {
    var seconds = milliseconds / 1000
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return pad("\(parts.tm_year + 1900)", 4) + "-" + pad("\(parts.tm_mon + 1)", 2) + "-"
      + pad("\(parts.tm_mday)", 2) + "T" + pad("\(parts.tm_hour)", 2) + ":"
      + pad("\(parts.tm_min)", 2)
      + ":" + pad("\(parts.tm_sec)", 2) + "." + pad("\(milliseconds % 1000)", 3) + "Z"
  }

  func text(_ record: PlainRecord) -> String {
    var line = pad("\(record.address)", 10, with: " ")
    let process =
      processes[record.job].map { "\($0)" } ?? (record.job == 0 ? "" : "\(record.job)(jid)")
    line += pad(process, 10, with: " ") + " "
    let op =
      record.type < 22 ? Self.ops[Int(record.type)] : record.type == 134 ? "SI" : "\(record.type)"
    line += (op + (record.isInTransaction ? "T" : "")).padding(5)
    guard record.hasKey else { return line + String(repeating: " ", count: 23) + record.detail }
    line +=
      (databases[record.sfn]?.directory ?? "sfn \(record.sfn)").padding(22) + " " + record.reference
    if record.type == 14 { return line + " " + record.detail }
    guard let first = record.values.first, let last = record.values.last else { return line }
    if record.isSet || record.values.count == 2 { line += " = " + first.zwrite }
    if !record.isSet || record.values.count == 2 { line += " (was " + last.zwrite + ")" }
    return line
  }

  func ndjson(_ record: PlainRecord) -> String {
    let database = databases[record.sfn]
    func value(_ value: PlainValue?) -> String { value.map { Self.json($0.characters) } ?? "null" }
    func kind(_ value: PlainValue?) -> String { value.map { "\"\($0.kind)\"" } ?? "null" }
    func json(_ text: String) -> String { Self.json(Array(text.utf16)) }
    return "{\"file\":\(json(path)),\"address\":\(record.address),\"length\":\(record.length),"
      + "\"type\":\(record.type),\"typeName\":\(json(Self.name(record.type))),"
      + "\"timeStamp\":\"\(Self.time(record.time))\","
      + "\"processID\":\(processes[record.job].map { "\($0)" } ?? "null"),\"jobID\":\(record.job),"
      + "\"remoteSystemID\":\(record.remote),\"inTransaction\":\(record.isInTransaction),"
      + "\"databaseName\":\(json(database?.directory ?? "")),"
      + "\"mirrorDatabaseName\":\(json(database?.mirror ?? "")),"
      + "\"globalNode\":\(record.hasKey ? json(record.reference) : "null"),"
      + "\"numberOfValues\":\(record.hasValues ? record.values.count : 0),"
      + "\"newValue\":\(value(record.new)),\"newValueType\":\(kind(record.new)),"
      + "\"oldValue\":\(value(record.old)),\"oldValueType\":\(kind(record.old)),"
      + "\"detail\":\(record.hasValues ? "null" : json(record.detail)),\"error\":null}"
  }

  func csv(_ record: PlainRecord) -> String {
    let database = databases[record.sfn]
    func value(_ value: PlainValue?) -> [String] {
      guard let value else { return ["", ""] }
      let text = String(decoding: value.characters, as: UTF16.self)
      return [text.isEmpty ? "\"\"" : Self.field(text), value.kind]
    }
    var fields = [Self.field(path), "\(record.address)", "\(record.length)", "\(record.type)"]
    fields += [Self.name(record.type), Self.time(record.time)]
    fields += [processes[record.job].map { "\($0)" } ?? "", "\(record.job)", "\(record.remote)"]
    fields += [
      "\(record.isInTransaction)", Self.field(database?.directory ?? ""),
      Self.field(database?.mirror ?? ""),
    ]
    fields += [
      record.hasKey ? Self.field(record.reference) : "",
      "\(record.hasValues ? record.values.count : 0)",
    ]
    fields += value(record.new) + value(record.old)
    fields += [record.hasValues ? "" : Self.field(record.detail), ""]
    return fields.joined(separator: ",")
  }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func json(_ units: [UInt16]) -> String {
    var text = String.UnicodeScalarView()
    text.append("\"")
    var index = 0
    while index < units.count {
      let unit = units[index]
      index += 1
      switch unit {
      case 0x22: text.append(contentsOf: "\\\"".unicodeScalars)
      case 0x5C: text.append(contentsOf: "\\\\".unicodeScalars)
      case 0x0A: text.append(contentsOf: "\\n".unicodeScalars)
      case 0x0D: text.append(contentsOf: "\\r".unicodeScalars)
      case 0x09: text.append(contentsOf: "\\t".unicodeScalars)
      default:
        if unit & 0xFC00 == 0xD800, index < units.count, units[index] & 0xFC00 == 0xDC00,
          let scalar = Unicode.Scalar(
            0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(units[index] & 0x3FF)))
        {
          text.append(scalar)
          index += 1
        } else if unit >= 0x20, unit != 0x7F, let scalar = Unicode.Scalar(unit) {
          text.append(scalar)
        } else {
          text.append(contentsOf: ("\\u" + pad(String(unit, radix: 16), 4)).unicodeScalars)
        }
      }
    }
    text.append("\"")
    return String(text)
  }
}

extension String {
  /// With spaces behind it up to `width` characters.
  func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - unicodeScalars.count))
  }
}
