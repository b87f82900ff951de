/// A run of printable characters in a file's first block.
public struct HeaderText: Sendable, Hashable {
  /// What a text with the name of a journal in it is, compared with the file's own name.
  public enum Role: String, Sendable, Hashable {
    /// The name of this file.
    case ownName
    /// The name of a file of this series from before.
    case previousFile
    /// The name of a file of this series from later.
    case nextFile
    /// The name of a journal of another series, or this file's own name is not known.
    case journalName
  }

  /// Where it begins.
  public let offset: JournalAddress
  /// The characters; at most 255.
  public let text: String
  /// What it is, if there is the name of a journal in it.
  public let role: Role?

  private static let limit = 40
  private static let shortest = 4

  /// The texts of the first block, 40 at most: 8-bit ones, UTF-8 and UTF-16 of either order.
  package static func all(in storage: any JournalStorage, own: JournalFileName?) throws
    -> [HeaderText]
  {
    let bytes = try storage.copy(at: 0, ObservedGrid.blockSize)
    var found = runs(of: bytes, unit: 1, lowByte: 0)
    for lowByte in [0, 1] { found += runs(of: bytes, unit: 2, lowByte: lowByte) }
    return found.sorted { $0.0 < $1.0 }.prefix(limit).map { offset, text in
      HeaderText(offset: offset, text: String(text.prefix(255)), role: role(of: text, own))
    }
  }

  /// Runs of characters of `unit` bytes, the other of two bytes being zero.
  private static func runs(of bytes: [UInt8], unit: Int, lowByte: Int) -> [(Int, String)] {
    var found: [(Int, String)] = []
    var start = 0
    var run: [UInt8] = []
    func end() {
      guard run.count >= shortest else { return }
      if let text = String(validating: run, as: UTF8.self) {
        found.append((start, text))
      } else {
        // Bytes beyond ASCII that are no UTF-8 end a run.
        var part: [UInt8] = []
        for (index, byte) in (run + [0]).enumerated() {
          if (0x20..<0x7F).contains(byte) {
            part.append(byte)
            continue
          }
          if part.count >= shortest {
            found.append((start + index - part.count, String(decoding: part, as: UTF8.self)))
          }
          part = []
        }
      }
    }
    var place = 0
    while place + unit <= bytes.count {
      let byte = bytes[place + (unit == 2 ? lowByte : 0)]
      let isPlain = unit == 1 || bytes[place + 1 - lowByte] == 0
      let isPart = isPlain && (0x20..<0x7F).contains(byte) || unit == 1 && byte >= 0x80
      if isPart {
        if run.isEmpty { start = place }
        run.append(byte)
      } else {
        end()
        run = []
      }
      place += unit
    }
    end()
    return found
  }

  private static func role(of text: String, _ own: JournalFileName?) -> Role? {
    let bytes = Array(text.utf8)
    for dot in bytes.indices where bytes[dot] == UInt8(ascii: ".") {
      // Behind the number may stand what counts the next text.
      guard dot + 3 < bytes.count,
        let name = JournalFileName(String(decoding: bytes[...(dot + 3)], as: UTF8.self))
          ?? JournalFileName(
            String(decoding: bytes[...(dot + 3)].suffix(12), as: UTF8.self))
      else { continue }
      guard let own, own.mirrorName == name.mirrorName else { return .journalName }
      if name.date == own.date, name.sequence == own.sequence { return .ownName }
      return (name.date, name.sequence) < (own.date, own.sequence) ? .previousFile : .nextFile
    }
    return nil
  }
}
