internal import MirrorJournal

extension JournalError {
  /// What a calibration throws that proves no layout.
  static func refusal(_ reason: String, _ advice: String? = nil) -> JournalError {
    JournalError(.notProved, reason, advice: advice)
  }
}
