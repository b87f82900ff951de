internal import FoundationEssentials
public import MirrorJournal

/// The header page of a journal, as `^JRNDUMP` option I prints it (class D).
public struct InformationPage: Sendable {
  /// The size that triggers a switch, in bytes.
  public private(set) var maximumSize: Int?
  /// In the zone of the instance.
  public private(set) var creationTime: Timestamp?
  /// Where the earliest open transaction may begin: file count and address.
  public private(set) var openTransaction: FilePosition?
  /// The end address of the previous file, in bytes.
  public private(set) var previousEnd: Int?
  /// The sixteen bytes of each, in printing order: file, previous, next, mirror, system, session.
  public private(set) var guids: [[UInt8]?] = Array(repeating: nil, count: 6)

  /// Reads the page at `path`.
  ///
  /// - Throws: `cannotOpen`, `badArgument` when nothing of a header page is in it.
  public init(contentsOf path: String) throws(JournalError) {
    let data = try ListingFile.read(path, "the header page cannot be read", limit: 1 << 20)
    self.init(text: String(decoding: data, as: UTF8.self))
    guard maximumSize != nil || guids.contains(where: { $0 != nil }) else {
      throw JournalError(
        .badArgument, "the file shows no header page", in: path,
        advice: "it is what ^JRNDUMP prints for option I")
    }
  }

  /// Reads a page from its text; lines that it does not know are left out.
  public init(text: String) {
    let guidLabels = ["file", "prevfile", "nextfile", "mirror", "system", "session"]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let label = line[..<colon].lowercased().filter { $0.isLetter }
      let value = line[line.index(after: colon)...].trimmingCharacters(" ")
      switch label {
      case "maxsize": maximumSize = Int(value)
      case "timecreated": creationTime = Timestamp(value)
      case "prevfileend": previousEnd = Int(value)
      case "mintrans":
        let numbers = value.split(separator: ",").compactMap { Int($0.trimmingCharacters(" ")) }
        if numbers.count == 2 {
          openTransaction = FilePosition(fileCount: numbers[0], address: numbers[1])
        }
      default:
        guard label.hasSuffix("guid"),
          let index = guidLabels.firstIndex(of: String(label.dropLast(4)))
        else { continue }
        guids[index] = Self.guid(value)
      }
    }
  }

  private static func guid(_ text: String) -> [UInt8]? {
    let digits = Array(text.filter { $0 != "-" })
    guard digits.count == 32 else { return nil }
    let bytes = stride(from: 0, to: 32, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return bytes.count == 16 && bytes.contains { $0 != 0 } ? bytes : nil
  }
}
