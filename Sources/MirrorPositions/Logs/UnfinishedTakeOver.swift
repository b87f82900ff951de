internal import MirrorLog

/// A line that says that another member is primary.
struct PrimaryFound {
  let event: LogEvent
  let name: String
  /// The file that the member then asked for, else the last one its log had named before.
  var fileCount: Int
  var isAsked = false
}

/// A takeover that shows in the log and of which no line says where the databases are current.
struct UnfinishedTakeOver {
  /// The line with which it begins; where that is missing, the first that shows the new role.
  let event: LogEvent
  /// Whom the member followed before, as printed, where a line names it.
  let oldPrimary: String?
  /// The line that says that it failed, where there is one.
  var failure: LogEvent?
  /// The member became primary all the same.
  var becamePrimary: LogEvent?
}
