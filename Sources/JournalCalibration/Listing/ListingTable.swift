internal import FoundationEssentials
internal import MirrorJournal

/// A listing as rows of named columns: CSV, TSV, JSON, or details one record after the other.
struct ListingTable {
  struct Row {
    var line: Int
    var fields: [String: String]
  }

  private var columns: [String] = []
  private var rows: [Row] = []
  /// Whether strings are in quotes.
  private let isLiteral: Bool

  // MARK: forms

  /// A table whose first line names its columns; nil if the lines are none.
  init?(delimited lines: [Substring]) {
    isLiteral = false
    for separator in ["\t", ",", ";"] as [Character] {
      guard let head = lines.firstIndex(where: { $0.contains(separator) }), head < 5 else {
        continue
      }
      let names = Self.split(lines[head], separator).map { $0.filter { $0 != "\u{FEFF}" } }
      let known = names.filter { Column(named: $0) != nil }
      let numbers = names.filter { Int($0) != nil }
      guard names.count >= 2, numbers.isEmpty,
        known.contains(where: { Column(named: $0) == .address })
      else { continue }
      columns = names
      var index = head + 1
      while index < lines.count {
        let start = index
        var text = lines[index]
        // A quoted field can hold line ends.
        while text.filter({ $0 == "\"" }).count % 2 == 1, index + 1 < lines.count,
          index - start < 50
        {
          index += 1
          text = Substring(text + "\n" + lines[index])
        }
        index += 1
        let fields = Self.split(text, separator)
        guard fields.count >= 2 else { continue }
        rows.append(
          Row(
            line: start + 1,
            fields: Dictionary(zip(names, fields), uniquingKeysWith: { first, _ in first })))
      }
      return
    }
    return nil
  }

  /// Labelled lines; an address begins a record.
  init?(details lines: [Substring]) {
    isLiteral = true
    var lastLabel: String?
    var lastLength = 0
    for (index, line) in lines.enumerated() {
      defer { lastLength = line.count }
      if let (label, text) = Self.label(line) {
        if Column(named: label) == .address { rows.append(Row(line: index + 1, fields: [:])) }
        guard !rows.isEmpty else { continue }
        if !columns.contains(label) { columns.append(label) }
        rows[rows.count - 1].fields[label] = text
        lastLabel = label
      } else if let label = lastLabel, lastLength >= 40, !line.isEmpty, !line.hasSuffix("=>"),
        !rows.isEmpty
      {
        rows[rows.count - 1].fields[label, default: ""] += line
      } else {
        lastLabel = nil
      }
    }
    guard rows.count >= 1 else { return nil }
  }

  private static func label(_ line: Substring) -> (String, String)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let label = line[..<colon]
    guard (2...28).contains(label.count), label.allSatisfy({ $0.isLetter || " -#()".contains($0) })
    else { return nil }
    let rest = line[line.index(after: colon)...]
    guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
    return (
      label.trimmingCharacters(" "),
      Column(named: String(label)) == .newValue || Column(named: String(label)) == .oldValue
        ? String(rest.dropFirst()) : rest.trimmingCharacters(" ")
    )
  }

  /// An array of objects, or an object a line.
  init(json text: Substring) throws(JournalError) {
    isLiteral = false
    var objects: [(Int, [String: JSONScalar])] = []
    let decoder = JSONDecoder()
    if let whole = try? decoder.decode([[String: JSONScalar]].self, from: Data(text.utf8)) {
      objects = whole.enumerated().map { ($0.offset + 1, $0.element) }
    } else if let nested = try? decoder.decode(
      [String: [[String: JSONScalar]]].self, from: Data(text.utf8)),
      let rows = nested.values.max(by: { $0.count < $1.count })
    {
      objects = rows.enumerated().map { ($0.offset + 1, $0.element) }
    } else {
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
      for (index, line) in lines.enumerated() where !line.isEmpty {
        if let object = try? decoder.decode([String: JSONScalar].self, from: Data(line.utf8)) {
          objects.append((index + 1, object))
        }
      }
    }
    guard !objects.isEmpty else {
      throw JournalError(.badArgument, "the listing is neither JSON nor text of a known form")
    }
    for (line, object) in objects {
      for name in object.keys.sorted() where !columns.contains(name) { columns.append(name) }
      rows.append(Row(line: line, fields: object.compactMapValues(\.text)))
    }
  }

  private static func split(_ line: Substring, _ separator: Character) -> [String] {
    var fields: [String] = []
    var field = ""
    var inQuotes = false
    var hasClosed = false
    for character in line {
      if character == "\"" {
        // Two quotes inside a quoted field stand for one.
        if hasClosed { field.append("\"") }
        inQuotes.toggle()
        hasClosed = !inQuotes
        continue
      }
      hasClosed = false
      if character == separator, !inQuotes {
        fields.append(field)
        field = ""
      } else {
        field.append(character)
      }
    }
    return fields + [field]
  }
}

/// A number, text, truth value or nothing, as text.
private struct JSONScalar: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      text = nil
    } else if let value = try? container.decode(Bool.self) {
      text = value ? "1" : "0"
    } else if let value = try? container.decode(Int.self) {
      text = "\(value)"
    } else if let value = try? container.decode(Double.self) {
      text = "\(value)"
    } else {
      text = try? container.decode(String.self)
    }
  }
}

extension StringProtocol {
  /// Without `character` at both ends.
  func trimmingCharacters(_ character: Character) -> String {
    var rest = Substring(self)
    while rest.first == character { rest = rest.dropFirst() }
    while rest.last == character { rest = rest.dropLast() }
    return String(rest)
  }
}

/// What a column of a listing shows.
enum Column: CaseIterable {
  case address, previous, next, process, job, type, transaction, node, database, mirrorName
  case valueCount, newValue, oldValue, time, remoteSystem, collation

  /// The column with this heading; nil for a heading that is not known.
  init?(named heading: String) {
    let plain = heading.lowercased().filter { $0.isLetter }
    guard let found = Self.headings.first(where: { $0.value.contains(plain) })?.key else {
      return nil
    }
    self = found
  }

  /// Headings of IRIS and of tools that copy it, letters only; English, German, French, Spanish,
  /// Portuguese, Italian, Japanese.
  private static let headings: [Column: [String]] = [
    .address: [
      "address", "offset", "adresse", "dirección", "direccion", "endereço", "indirizzo", "アドレス",
    ],
    .previous: [
      "prevaddress", "prev", "previous", "previousaddress", "vorigeadresse", "adresseprécédente",
      "direcciónanterior", "endereçoanterior", "indirizzoprecedente", "前のアドレス",
    ],
    .next: [
      "nextaddress", "next", "nächsteadresse", "adressesuivante", "direcciónsiguiente",
      "próximoendereço", "indirizzosuccessivo", "次のアドレス",
    ],
    .process: [
      "processid", "procid", "pid", "process", "prozessid", "processus", "idproceso", "proceso",
      "processo", "プロセスid", "プロセス",
    ],
    .job: ["jobid"],
    .type: ["typename", "type", "typ", "tipo", "op", "タイプ", "種別"],
    .transaction: [
      "intransaction", "transaction", "intransaktion", "entransacción", "entransaction",
      "emtransação", "intransazione", "トランザクション中",
    ],
    .node: [
      "globalnode", "global", "node", "globalreference", "globalerknoten", "nodoglobal",
      "nœudglobal", "グローバルノード", "グローバル",
    ],
    .database: [
      "databasename", "database", "directory", "datenbank", "verzeichnis", "basededatos",
      "basededonnées", "bancodedados", "データベース",
    ],
    .mirrorName: ["mirrordatabasename"],
    .valueCount: ["numberofvalues", "nbrofvalues", "anzahlwerte", "númerodevalores", "値の数"],
    .newValue: [
      "newvalue", "neuerwert", "nuevovalor", "nouvellevaleur", "novovalor", "新しい値", "新値",
    ],
    .oldValue: [
      "oldvalue", "alterwert", "valoranterior", "anciennevaleur", "valorantigo", "古い値", "旧値",
    ],
    .time: [
      "timestamp", "time", "zeitstempel", "marcadetiempo", "horodatage", "timestamputc", "タイムスタンプ",
    ],
    .remoteSystem: ["remotesystemid"],
    .collation: ["collation", "collationsequence", "kollation"],
  ]
}

extension ListingTable {
  /// The rows as records; those without an address are left out.
  func records() -> [ListedRecord] {
    let byColumn = assignments()
    return rows.compactMap { row in
      func text(_ column: Column) -> String? {
        byColumn[column].flatMap { row.fields[$0] }
      }
      func number(_ column: Column) -> Int? {
        text(column).flatMap { Int($0.trimmingCharacters(" ")) }
      }
      guard let address = number(.address), address >= 0 else { return nil }
      var record = ListedRecord(line: row.line, address: address)
      record.previous = number(.previous)
      record.next = number(.next)
      record.process = text(.process).flatMap { $0.isEmpty ? nil : $0 }
      record.jobID = number(.job)
      record.type = text(.type).flatMap { $0.isEmpty ? nil : $0.trimmingCharacters(" ") }
      record.isInTransaction = text(.transaction).flatMap {
        TypeLabel.isYes($0.trimmingCharacters(" "))
      }
      for column in [Column.database, .mirrorName] {
        if let name = text(column), !name.isEmpty { record.database = record.database ?? name }
      }
      record.remoteSystem = number(.remoteSystem)
      record.collation = number(.collation)
      record.valueCount = number(.valueCount)
      record.time = text(.time).flatMap(Self.time)
      if let node = text(.node) { record.setNode(node) }
      if let value = text(.newValue), record.valueCount ?? 1 > 0, !value.isEmpty || isLiteral {
        record.newValue = ListedValue(value, isLiteral: isLiteral)
      }
      if let value = text(.oldValue), record.valueCount ?? 1 > 0, !value.isEmpty {
        record.oldValue = ListedValue(value, isLiteral: isLiteral)
      }
      return record
    }
  }

  /// `YYYY-MM-DD HH:MM:SS`, or `60584,52579 - 11/15/2023 14:36:19` as `^JRNDUMP` has it.
  private static func time(_ text: String) -> Timestamp? {
    if let time = Timestamp(text.trimmingCharacters(" ")) { return time }
    let words = text.split(whereSeparator: { " ,-".contains($0) })
    guard words.count >= 2, let days = Int(words[0]), let seconds = Int(words[1]),
      (40_000..<100_000).contains(days), (0..<86_400).contains(seconds)
    else { return nil }
    return TimeForm.horolog.timestamp(UInt64(days) | UInt64(seconds) << 32)
  }

  /// Which heading stands for which column: by its words, or where they are of another language by
  /// what stands below.
  private func assignments() -> [Column: String] {
    var result: [Column: String] = [:]
    var rest: [String] = []
    for name in columns {
      if let column = Column(named: name), result[column] == nil {
        result[column] = name
      } else {
        rest.append(name)
      }
    }
    for name in rest {
      let texts = rows.compactMap { $0.fields[name] }.filter { !$0.isEmpty }
      guard texts.count * 2 >= rows.count || texts.count >= 10 else { continue }
      func most(_ holds: (String) -> Bool) -> Bool {
        texts.filter(holds).count * 10 >= texts.count * 9
      }
      let guess: Column?
      if most({ $0.hasPrefix("^") }) {
        guess = .node
      } else if most({ $0.hasPrefix("/") || $0.contains(":\\") || $0.hasPrefix(":mirror:") }) {
        guess = .database
      } else if most({ Self.time($0) != nil }) {
        guess = .time
      } else if most({ !TypeLabel.types($0).isEmpty && Int($0) == nil }) {
        guess = .type
      } else if most({ TypeLabel.isYes($0) != nil && Int($0) == nil }) {
        guess = .transaction
      } else {
        guess = nil
      }
      if let guess, result[guess] == nil { result[guess] = name }
    }
    return result
  }
}
