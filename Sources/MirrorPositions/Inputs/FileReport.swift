internal import Glibc
internal import JournalCompression
internal import JournalQuery
public import MirrorJournal
internal import MirrorLog

/// What one file is, whether it can be read here, and the command to go on with.
///
/// What a file is, its bytes say. The name says only that one was meant to be a journal or a log, so that it
/// is a finding when it cannot be read as one.
public struct FileReport: Sendable {
  /// What a file is.
  public enum Kind: Sendable {
    /// A journal, or what has the name of one.
    case journal
    /// A log, or what has the name of one.
    case log
    /// A directory.
    case directory
    /// A device, a pipe or a socket: what reading it would do is not known.
    case special
    /// Anything else.
    case other
  }

  /// The file's path, as given.
  public let path: String
  /// What it is.
  public let kind: Kind
  /// What was seen, in words.
  public let words: String
  /// The command to go on with, as it can be given to a shell; empty where nothing is to be done.
  public let command: String
  /// False for what should be read and cannot be.
  public let isReadable: Bool

  private init(
    _ path: String, _ kind: Kind, _ words: String, command: String = "", isReadable: Bool = true
  ) {
    self.path = path
    self.kind = kind
    self.words = words
    self.command = command
    self.isReadable = isReadable
  }

  /// Bytes of a stream of `zstd`, `lz4` or `gzip` that is decompressed to see what is in it, though its name
  /// does not promise a journal.
  private static let streamLimit = 64 << 20
  /// What `zstd`, `lz4` and `gzip` begin their files with.
  private static let streamStarts: [[UInt8]] = [
    [0x28, 0xB5, 0x2F, 0xFD], [0x04, 0x22, 0x4D, 0x18], [0x1F, 0x8B],
  ]

  /// Looks at the beginning of the file at `path`, and of nothing that is not a regular file.
  public init(_ path: String, layouts: [JournalLayout]) {
    let name = splitPath(path).name
    let isNamed = Self.isNamedAsJournal(name)
    let promisesLog = LogInput(path: path).namePromise > .none
    guard let status = statusOfPath(path) else {
      let reason = String(cString: strerror(errno))
      let isLink = statusOfLink(path) != nil
      self.init(
        path, isNamed ? .journal : promisesLog ? .log : .other,
        isLink ? "a link that leads to nothing" : reason, isReadable: !isNamed && !promisesLog)
      return
    }
    let form = status.st_mode & S_IFMT
    guard form == S_IFREG else {
      let isDirectory = form == S_IFDIR
      self.init(
        path, isDirectory ? .directory : .special,
        isDirectory ? "a directory" : "\(Self.formName(form)): not looked into",
        command: isDirectory ? "mjournal doctor \(shellWord(path: path))" : "")
      return
    }
    guard status.st_size > 0 else {
      self.init(
        path, isNamed ? .journal : promisesLog ? .log : .other, "empty",
        isReadable: !isNamed)
      return
    }
    if isNamed || Self.beginsAsJournal(path, layouts) {
      self = Self.journal(path, layouts)
      return
    }
    do throws(LogError) {
      if try LogReader().recognizes(path: path) {
        self.init(
          path, .log, "a log, \(counted(Int(status.st_size), "byte"))",
          command: "mjournal positions \(shellWord(path: path))")
        return
      }
    } catch  where error.code != .notALog {
      self.init(path, promisesLog ? .log : .other, error.reason, isReadable: false)
      return
    } catch {}
    if Self.namesJournals(path) {
      self = Self.unknown(path, isCompressed: false, size: Int(status.st_size))
    } else {
      self.init(
        path, promisesLog ? .log : .other, promisesLog ? "no log, whatever its name" : "",
        isReadable: true)
    }
  }

  /// Whether a name is that of a journal, of a copy of one that a stock tool compressed, or ends as one.
  private static func isNamedAsJournal(_ name: String) -> Bool {
    if JournalFileName(name) != nil || JournalFileName.ofStockCopy(name) != nil { return true }
    let bytes = FileName.bytes(name)
    let end = bytes.last == UInt8(ascii: "z") ? bytes.count - 1 : bytes.count
    guard end >= 12 else { return false }
    return JournalFileName(FileName.text(bytes.prefix(end).suffix(12))) != nil
  }

  /// Whether the bytes, or those that a compressed file holds, begin with a known signature.
  private static func beginsAsJournal(_ path: String, _ layouts: [JournalLayout]) -> Bool {
    guard let plain = try? MappedFile(path: path) else { return false }
    if begins(plain, layouts) { return true }
    let start = (try? plain.copy(at: 0, 64)) ?? []
    // Opening a stream goes through it once; a container says at its beginning what it is.
    let isStream =
      streamStarts.contains { start.starts(with: $0) }
      && start.firstRange(of: Array("MJRZ".utf8)) == nil
    guard !isStream || plain.count <= streamLimit,
      let storage = try? openStorage(path: path)
    else { return false }
    return begins(storage, layouts)
  }

  private static func begins(_ storage: any JournalStorage, _ layouts: [JournalLayout]) -> Bool {
    layouts.contains { layout in
      storage.count >= layout.signature.count
        && (try? storage.copy(at: 0, layout.signature.count)) == layout.signature
    }
  }

  /// Whether a file is whole blocks and its first one names journals, as the header of a journal of another
  /// layout does (class O).
  private static func namesJournals(_ path: String) -> Bool {
    guard let storage = try? MappedFile(path: path),
      storage.count > ObservedGrid.blockSize, storage.count % ObservedGrid.blockSize == 0,
      let texts = try? HeaderText.all(in: storage, own: nil)
    else { return false }
    return texts.contains { $0.role != nil }
  }

  private static func unknown(_ path: String, isCompressed: Bool, size: Int) -> FileReport {
    let word = shellWord(path: path)
    return FileReport(
      path, .journal,
      isCompressed
        ? "compressed, of a layout that is not known"
        : "\(counted(size, "byte")) of a layout that is not known",
      command: isCompressed
        ? "mjournal decompress \(word)" : "mjournal discover \(word) -o layout.json",
      isReadable: false)
  }

  private static func journal(_ path: String, _ layouts: [JournalLayout]) -> FileReport {
    do throws(JournalError) {
      let file = try JournalInputs.openFile(path, layouts: layouts)
      let form = (file.storage as? any CompressedJournalStorage)?.formName
      guard let journal = file.journal else {
        return unknown(path, isCompressed: form != nil, size: file.storage.count)
      }
      let damage = journal.structuralDamage.map { "\($0)" } + journal.storage.damage.map(\.reason)
      let name = splitPath(path).name
      let isTaken = JournalFileName(name) != nil
      let words =
        [journal.layout.name, journal.header.isClosed ? "closed" : "active"]
        + (form.map { [$0] } ?? [])
        + [counted(journal.storage.count, "byte")]
        + (journal.header.isEncrypted ? ["encrypted: keys and values cannot be read"] : [])
        + (isTaken ? [] : ["not by the name: a directory does not stand for it"])
      let word = shellWord(path: path)
      return FileReport(
        path, .journal, words.joined(separator: ", ") + damage.map { "; " + $0 }.joined(),
        command: damage.isEmpty ? "mjournal profile \(word)" : "mjournal verify \(word)",
        isReadable: damage.isEmpty)
    } catch {
      return FileReport(path, .journal, error.reason, isReadable: false)
    }
  }

  private static func formName(_ form: mode_t) -> String {
    switch form {
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// The file, what it is and the command to go on with, a line each; ending in a line feed.
  public var text: String {
    "\n" + printable(path) + "\n  " + printable(words.isEmpty ? "neither journal nor log" : words)
      + "\n" + (command.isEmpty ? "" : "  " + printable(command) + "\n")
  }
}
