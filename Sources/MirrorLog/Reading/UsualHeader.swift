extension EntryHeader {
  /// Reads the form that nearly all lines have, `MM/DD/YY-HH:MM:SS:mmm (pid) S [Category] text`, eight
  /// bytes at a time; nil for every other form, which the general way then reads.
  ///
  /// Unsafe: loads stand behind the check that the line has 32 bytes, and each later byte is read
  /// below `count`.
  init?(usual line: Span<UInt8>) {
    guard line.count >= 32 else { return nil }
    let header = line.withUnsafeBytes { bytes -> EntryHeader? in
      func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      // In each word, digits become their values and the marks between them 0.
      let date = word(0) ^ 0x3030_2F30_302F_3030  // 00/00/00
      let time = word(8) ^ 0x303A_3030_3A30_302D  // -00:00:0
      let rest = word(16) ^ 0x3028_2030_3030_3A30  // 0:000 (0
      let marks =
        date & 0x0000_FF00_00FF_0000 | time & 0x00FF_0000_FF00_00FF
        | rest & 0x00FF_FF00_0000_FF00
      let tooLarge =
        (date | date &+ 0x7676_7676_7676_7676) & 0x8080_0080_8000_8080
        | (time | time &+ 0x7676_7676_7676_7676) & 0x8000_8080_0080_8000
        | (rest | rest &+ 0x7676_7676_7676_7676) & 0x8000_0080_8080_0080
      guard marks == 0, tooLarge == 0 else { return nil }
      func digit(_ word: UInt64, _ lane: UInt64) -> Int { Int(word >> (lane * 8) & 0xF) }
      let year = digit(date, 6) * 10 + digit(date, 7)
      guard
        let stamp = LogStamp(
          year: year < 70 ? 2000 + year : 1900 + year,
          month: digit(date, 0) * 10 + digit(date, 1), day: digit(date, 3) * 10 + digit(date, 4),
          hour: digit(time, 1) * 10 + digit(time, 2), minute: digit(time, 4) * 10 + digit(time, 5),
          second: digit(time, 7) * 10 + digit(rest, 0),
          millisecond: digit(rest, 2) * 100 + digit(rest, 3) * 10 + digit(rest, 4))
      else { return nil }

      let count = bytes.count
      var pid = 0
      var index = 23
      while index < count, index < 40, isDigit(bytes[index]) {
        pid = pid &* 10 &+ Int(bytes[index] &- 48)
        index += 1
      }
      guard index + 4 <= count, bytes[index] == UInt8(ascii: ")"),
        bytes[index + 1] == UInt8(ascii: " "),
        let severity = LogSeverity(rawValue: Int(bytes[index + 2]) - 48),
        bytes[index + 3] == UInt8(ascii: " ")
      else { return nil }
      index += 4
      var category = index..<index
      if index < count, bytes[index] == UInt8(ascii: "[") {
        let start = index + 1
        index = start
        while index < count, EntryHeader.isCategoryByte(bytes[index]) { index += 1 }
        guard index > start, index < count, bytes[index] == UInt8(ascii: "]") else { return nil }
        category = start..<index
        index += 1
        if index < count, bytes[index] == UInt8(ascii: " ") { index += 1 }
      }
      return EntryHeader(
        stamp: stamp, pid: pid, severity: severity, category: category, text: index..<count)
    }
    guard let header else { return nil }
    self = header
  }
}
