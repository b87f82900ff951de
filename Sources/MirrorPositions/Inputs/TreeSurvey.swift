internal import Glibc
internal import MirrorJournal
public import MirrorLog

/// What a directory tree holds of a mirror's members: logs, mirror journals, and other files.
///
/// Names say which files are journals; a log is what has the entries of one. Links to directories are
/// not followed.
public struct TreeSurvey: Sendable {
  /// The directory that was surveyed.
  public let root: String
  /// The logs, in the order of their paths.
  public let logs: [LogInput]
  /// Directories with mirror journals, and how many each of them holds.
  public let journals: [(directory: String, files: Int)]
  /// Files that are logs by their names and cannot be read, and directories that cannot, with the
  /// reason: what they would say is not known.
  public let unreadable: [(path: String, reason: String)]
  /// Files that are neither, with the reason.
  public let passedOver: [(path: String, reason: String)]

  /// Files that are looked into.
  private static let limit = 100_000

  /// Walks through `root`. The beginning of every file is read that is no journal by its name.
  ///
  /// - Throws: `cannotOpen` when the directory cannot be read; `notALog` when there is neither a log
  ///   nor a mirror journal below it.
  public init(_ root: String, reader: LogReader = LogReader()) throws(LogError) {
    self.root = root
    var logs: [LogInput] = []
    var journals: [String: Int] = [:]
    var passedOver: [(path: String, reason: String)] = []
    var unreadable: [(path: String, reason: String)] = []
    for path in try Self.files(below: root, &unreadable) {
      let name = lastComponent(path)
      if let journal = JournalFileName(name) {
        if journal.mirrorName != nil {
          journals[
            String(path.unicodeScalars.dropLast(name.unicodeScalars.count + 1)), default: 0] += 1
        } else {
          passedOver.append((path, "a journal of no mirror"))
        }
      } else {
        let promise = LogInput(path: path).namePromise
        do throws(LogError) {
          if try reader.recognizes(path: path) {
            logs.append(LogInput(path: path))
          } else {
            passedOver.append((path, "neither a log nor a mirror journal"))
          }
        } catch {
          if promise == .messages || promise == .someLog && error.code != .notALog {
            unreadable.append((path, error.reason))
          } else {
            passedOver.append((path, "neither a log nor a mirror journal"))
          }
        }
      }
    }
    guard !logs.isEmpty || !journals.isEmpty else {
      if let first = unreadable.first {
        throw LogError(
          .cannotOpen, first.reason, in: first.path,
          advice: "check its permissions, or copy it anew")
      }
      throw LogError(
        .notALog, "there is neither a log nor a mirror journal below this directory", in: root,
        advice: "give the directory with the members' messages.log files")
    }
    self.logs = logs
    self.journals = journals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.unreadable = unreadable
    self.passedOver = passedOver
  }

  /// What keeps the answer from being YES: a log that cannot be read may say that data were lost.
  public var findings: [Finding] {
    unreadable.map { path, reason in
      Finding(
        .logUnreadable, .open, "\(path) cannot be read: \(reason); bring it anew", lines: [],
        file: path)
    }
  }

  /// Whether a path is a directory.
  public static func isDirectory(_ path: String) -> Bool {
    MirrorJournal.isDirectory(path)
  }

  private static func files(
    below root: String, _ unreadable: inout [(path: String, reason: String)]
  ) throws(LogError) -> [String] {
    var files: [String] = []
    var open = [root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root]
    while let directory = open.popLast() {
      guard let names = namesInDirectory(directory) else {
        if directory == root {
          throw LogError(
            .cannotOpen, "the directory cannot be read", in: root, advice: "check its permissions")
        }
        unreadable.append((directory, "the directory cannot be read"))
        continue
      }
      for name in names.sorted(by: >) where !name.hasPrefix(".") {
        let path = directory + "/" + name
        guard let status = statusOfLink(path) else {
          if LogInput(path: path).namePromise > .none {
            unreadable.append((path, "it cannot be looked at"))
          }
          continue
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: open.append(path)
        case S_IFREG: files.append(path)
        case S_IFLNK:
          guard let status = statusOfPath(path) else {
            if LogInput(path: path).namePromise > .none {
              unreadable.append((path, "a link to nothing"))
            }
            continue
          }
          if status.st_mode & S_IFMT == S_IFREG { files.append(path) }
        default: break
        }
      }
      if files.count > limit { break }
    }
    return files.sorted()
  }

  /// The journals' directories with the member that each belongs to: that of the only logs that
  /// share its nearest directory; nil where all members' logs do.
  public func sources(_ logs: MirrorLogs) -> [MirrorJournals.Source] {
    journals.map { directory, _ in
      let parts = directory.split(separator: "/")
      var best = 0
      var members: Set<String> = []
      for member in logs.members {
        for file in member.files {
          let shared = zip(parts, file.file.split(separator: "/")).prefix { $0 == $1 }.count
          if shared > best {
            best = shared
            members = []
          }
          if shared == best { members.insert(member.name) }
        }
      }
      return MirrorJournals.Source(
        path: directory, member: members.count == 1 && logs.members.count > 1 ? members.first : nil,
        isGiven: false)
    }
  }
}
