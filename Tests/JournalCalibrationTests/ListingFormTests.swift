import JournalCalibration
import JournalSamples
import JournalTestSupport
import MirrorJournal
import Testing

/// The forms of listings that people have, each made of one that is read anyway: the rows are the same.
@Suite("Forms of listings") struct ListingFormTests {
  private static let journal = Result { try ForeignJournal(.shortened, records: 1200) }

  private func rows(_ form: ForeignListing = .csv) throws -> (text: String, listing: Listing) {
    let journal = try Self.journal.get()
    let text = form.text(of: journal.sample(200)).text
    return (text, try Listing(text: text))
  }

  /// What tells whether rows are the same.
  private func key(_ listing: Listing) -> [String] {
    listing.records.map {
      "\($0.address) \($0.process ?? "") \($0.type ?? "") \($0.reference.map { "\($0)" } ?? "") "
        + "\($0.database ?? "") \($0.valueCount ?? -1) \($0.next ?? -1)"
    }
  }

  /// `1234567` with a mark between groups.
  private func grouped(_ number: Substring, _ mark: String) -> String {
    let digits = Array(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += mark }
      text.append(digit)
    }
    return text
  }

  @Test(
    "Numbers with marks between groups of digits",
    arguments: [",", ".", "\u{A0}", "\u{202F}", "'", " "])
  func groupedDigits(mark: String) throws {
    let (text, plain) = try rows()
    let lines = text.split(separator: "\n").enumerated().map { index, line in
      guard index > 0, let comma = line.firstIndex(of: ",") else { return String(line) }
      // The address, and the addresses at the end.
      var parts = [grouped(line[..<comma], mark)]
      let rest = line[line.index(after: comma)...].split(
        separator: ",", omittingEmptySubsequences: false)
      parts += rest.enumerated().map { place, field in
        place >= rest.count - 2 || place == 1 ? grouped(field, mark) : String(field)
      }
      return parts.map {
        $0.contains(mark) && mark == "," && $0.allSatisfy { $0.isNumber || $0 == "," }
          ? "\"\($0)\"" : $0
      }
      .joined(separator: ",")
    }
    let listing = try Listing(text: lines.joined(separator: "\n"))
    #expect(key(listing) == key(plain))
  }

  @Test("Text that is no number stays text")
  func noNumbers() throws {
    let listing = try Listing(
      text:
        "Address,ProcessID,TypeName\n131088,12(jid),SET\n131200,\"1,23\",SET\n\"131,30\",7,SET\n")
    #expect(listing.records.map(\.address) == [131_088, 131_200])
    #expect(listing.records.map(\.process) == ["12(jid)", "1,23"])
  }

  @Test("NDJSON with either line end, and what a service replies")
  func json() throws {
    let (text, plain) = try rows(.json)
    let objects = text.split(separator: "\n").map { line in
      var line = line[...]
      while let last = line.last, ",[]".contains(last) { line = line.dropLast() }
      while let first = line.first, ",[".contains(first) { line = line.dropFirst() }
      return String(line)
    }
    for end in ["\n", "\r\n"] {
      let listing = try Listing(text: objects.joined(separator: end) + end)
      #expect(listing.records.count == plain.records.count && key(listing) == key(plain))
    }
    let list = "[" + objects.joined(separator: ",") + "]"
    for reply in [
      "{\"status\":\"ok\",\"count\":200,\"records\":\(list)}",
      "{\"result\":{\"code\":0,\"more\":null,\"content\":{\"rows\":\(list),\"tags\":[1,\"a\"]}}}",
    ] {
      #expect(try key(Listing(text: reply)) == key(plain))
    }
  }

  @Test("A transcript of the SQL shell: prompt, statement, table with quotes in it, trailer")
  func shell() throws {
    let (text, plain) = try rows()
    let columns = [
      "Address", "TypeName", "ProcessID", "DatabaseName", "GlobalNode", "NextAddress", "NewValue",
    ]
    var lines = [
      "[SQL]%SYS>>SELECT \(columns.joined(separator: ",")) FROM %SYS_Journal.Record_List('/j/1')",
      "1.\tSELECT \(columns.joined(separator: ",")) FROM ...", "", columns.joined(separator: "\t"),
    ]
    _ = text
    for record in plain.records {
      lines.append(
        [
          "\(record.address)", record.type ?? "", record.process ?? "", record.database ?? "",
          record.reference.map { "\($0)" } ?? "NULL", "\(record.next ?? 0)", "NULL",
        ].joined(separator: "\t"))
    }
    lines += [
      "", "200 Rows(s) Affected",
      "statement prepare time(s)/globals/cmds/disk: 0.0712s/42,113/210,221/0ms",
    ]
    let listing = try Listing(text: lines.joined(separator: "\r\n"))
    #expect(listing.records.count == plain.records.count)
    #expect(listing.records.map(\.reference) == plain.records.map(\.reference))
    #expect(
      listing.records.contains {
        $0.reference?.subscripts.contains { "\($0)".contains("\"") } == true
      })
    // What SQL calls NULL is not listed.
    #expect(listing.records.allSatisfy { $0.newValue == nil })
    let result = try calibrate(listing)
    #expect(
      result.proof.references > 100 && result.proof.rightReferences == result.proof.references)
  }

  @Test("UTF-16 of either order, with a mark and without", arguments: [true, false])
  func wide(isBigEndian: Bool) throws {
    let (text, plain) = try rows()
    let bench = try Workbench()
    for mark in ["\u{FEFF}", ""] {
      let bytes = (mark + text).utf16.flatMap { unit in
        let pair = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        return isBigEndian ? pair.reversed() : pair
      }
      try bench.write(bytes, "listing.csv")
      #expect(try key(Listing(contentsOf: bench.path("listing.csv"))) == key(plain))
    }
  }

  @Test("Details tell the database, and by their lines how many values there are")
  func details() throws {
    let listing = try rows(.details).listing
    let table = try rows().listing
    for (detail, row) in zip(listing.records, table.records) where row.name != nil {
      #expect(detail.database == row.database)
      #expect(detail.valueCount == row.valueCount, "\(row.address) \(row.type ?? "")")
    }
    let result = try calibrate(listing)
    #expect(result.layout.record.valueCount.isKnown && result.layout.record.sfn.isKnown)
    #expect(result.layout.record.knowsValues)
  }

  private func calibrate(_ listing: Listing) throws -> Calibration {
    let bench = try Workbench()
    try Self.journal.get().write(to: bench.path("journal"))
    return try Calibration(path: bench.path("journal"), listing: listing)
  }
}
