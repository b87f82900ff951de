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

  /// The headings of columns that hold hashes: those that count as labels, and those that say nothing.
  var hashed: (labels: [String], unread: [String]) {
    let names = columns.filter { Column(hashed: $0) != nil }
    return (
      names.filter { Column(hashed: $0)?.isLabel == true },
      names.filter { Column(hashed: $0)?.isLabel == false }
    )
  }

  // MARK: forms

  /// A table whose first line names its columns; nil if the lines are none.
  init?(delimited lines: [Substring]) {
    isLiteral = false
    for separator in ["\t", ",", ";"] as [Character] {
      // Prompts, statements and messages of a shell may stand before the heading.
      guard
        let head = lines.prefix(Self.mostLinesBefore).firstIndex(where: {
          Self.isHeading($0, separator)
        })
      else { continue }
      let names = Self.names(lines[head], separator)
      columns = names
      var index = head + 1
      while index < lines.count {
        let start = index
        var text = lines[index]
        // A quoted field can hold line ends.
        while Self.split(text, separator).isOpen, index + 1 < lines.count, index - start < 50 {
          index += 1
          // As it is written, with the line ends that it has.
          text = lines[start].base[lines[start].startIndex..<lines[index].endIndex]
        }
        index += 1
        let fields = Self.split(text, separator).fields
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

  /// Lines in which a heading is looked for.
  private static let mostLinesBefore = 200

  private static func names(_ line: Substring, _ separator: Character) -> [String] {
    split(line, separator).fields.map { $0.filter { $0 != "\u{FEFF}" } }
  }

  /// Whether a line names columns, an address among them.
  private static func isHeading(_ line: Substring, _ separator: Character) -> Bool {
    guard line.contains(separator) else { return false }
    let names = names(line, separator)
    return names.count >= 2 && names.allSatisfy { Int($0) == nil }
      && names.contains { Column(named: $0) == .address }
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
    } else if let rows = (try? decoder.decode(JSONReply.self, from: Data(text.utf8)))?.rows,
      rows.count > 1
    {
      objects = rows.enumerated().map { ($0.offset + 1, $0.element) }
    } else {
      let lines = text.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
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

  /// The fields of a line, and whether a quoted one goes on in the next.
  ///
  /// Quotes around a whole field are taken away (RFC 4180); those inside one belong to it, as in a reference,
  /// and keep the separators between them.
  private static func split(
    _ line: Substring, _ separator: Character
  ) -> (fields: [String], isOpen: Bool) {
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var inQuotes = false
    var hasClosed = false
    let mark = separator.unicodeScalars.first
    // By scalars: a mark behind a quote makes one character of both.
    for scalar in line.unicodeScalars {
      if scalar == "\"" {
        if field.isEmpty, !isQuoted {
          isQuoted = true
          inQuotes = true
          continue
        }
        // Two quotes inside a quoted field stand for one.
        if !isQuoted || hasClosed { field.append("\"") }
        inQuotes.toggle()
        hasClosed = isQuoted && !inQuotes
        continue
      }
      hasClosed = false
      // A tab is in no reference.
      if scalar == mark, !inQuotes || separator == "\t" && !isQuoted {
        fields.append(String(field))
        field = String.UnicodeScalarView()
        isQuoted = false
        inQuotes = false
      } else {
        field.append(scalar)
      }
    }
    return (fields + [String(field)], inQuotes && (isQuoted || separator != "\t"))
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

extension ListingTable {
  /// The rows as records; those without an address are left out.
  func records() -> [ListedRecord] {
    let byColumn = assignments()
    let hashedNode = columns.first { Column(hashed: $0) == .node }
    return rows.compactMap { row in
      func text(_ column: Column) -> String? {
        // What SQL calls NULL is not listed; a value of that text is not listed either, then.
        byColumn[column].flatMap { row.fields[$0] }.flatMap {
          !isLiteral && ["NULL", "null", "<null>", "(null)"].contains($0) ? nil : $0
        }
      }
      func number(_ column: Column) -> Int? {
        text(column).flatMap { ListedNumber.value($0.trimmingCharacters(" ")) }
      }
      guard let address = number(.address), address >= 0 else { return nil }
      var record = ListedRecord(line: row.line, address: address)
      record.previous = number(.previous)
      record.next = number(.next)
      record.process = text(.process).flatMap {
        $0.isEmpty ? nil : ListedNumber.plain($0.trimmingCharacters(" ")) ?? $0
      }
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
      record.hasHashedNode = hashedNode.flatMap { row.fields[$0]?.isEmpty } == false
      if let value = text(.newValue), record.valueCount ?? 1 > 0, !value.isEmpty || isLiteral {
        record.newValue = ListedValue(value, isLiteral: isLiteral)
      }
      if let value = text(.oldValue), record.valueCount ?? 1 > 0, !value.isEmpty {
        record.oldValue = ListedValue(value, isLiteral: isLiteral)
      }
      // Details have a line for each value that there is.
      if isLiteral, byColumn[.valueCount] == nil, record.name != nil {
        record.valueCount = [text(.newValue), text(.oldValue)].count { $0 != nil }
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
      if let hashed = Column(hashed: name) {
        if hashed.isLabel, result[hashed] == nil { result[hashed] = name }
      } else if let column = Column(named: name), result[column] == nil {
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
