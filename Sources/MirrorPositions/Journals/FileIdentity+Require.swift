internal import MirrorJournal

extension FileIdentity {
  /// - Throws: `cannotOpen` when the path leads to nothing.
  static func require(_ path: String) throws(JournalError) {
    if FileIdentity(path) == nil {
      throw JournalError(.cannotOpen, "no such directory", in: path, advice: "check the path")
    }
  }
}
