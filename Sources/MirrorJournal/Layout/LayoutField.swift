/// What a layout may know or not of a family's records, for commands that cannot do without.
public enum LayoutField: String, Sendable, CaseIterable {
  /// The operation's code.
  case type
  /// The flag of a record that is part of a transaction.
  case transaction = "transaction flag"
  /// The job's number; with `jobIsProcess` the process id.
  case job
  /// The process id, in the record or from the directory of jobs.
  case process = "process id"
  /// The system file number.
  case database
  /// The directory of a system file number, from the directory of databases.
  case databaseName = "names of databases"
  /// The raw remote system id.
  case remoteSystem = "remote system"
  /// The block's buffer time.
  case time
  /// Where a key starts: enough for the global's name.
  case key
  /// How a key spells its subscripts and where it ends.
  case `subscript` = "subscripts"
  /// Where values stand and how many there are.
  case value = "values"
}

extension JournalLayout {
  /// Whether the layout knows where `field` stands.
  public func knows(_ field: LayoutField) -> Bool {
    switch field {
    case .type: record.type.isKnown
    case .transaction: record.knowsTransaction
    case .job: record.jobID.isKnown
    case .process: record.jobID.isKnown && (record.jobIsProcess || directory.numberWidth != 0)
    case .database: record.sfn.isKnown
    case .databaseName: record.sfn.isKnown && directory.numberWidth != 0
    case .remoteSystem: record.remoteSystemID.isKnown
    case .time: block.bufferTime.isKnown
    case .key: record.knowsKeys
    case .subscript:
      record.knowsKeys && record.keyLength.isKnown && record.keyEncoding.knowsSubscripts
    case .value: record.knowsValues
    }
  }

  /// Makes sure that the layout knows what `purpose` is impossible without.
  ///
  /// - Throws: `badLayout` with the first field that it does not know.
  public func require(_ fields: [LayoutField], for purpose: String) throws(JournalError) {
    for field in fields where !knows(field) {
      throw JournalError(
        .badLayout, "layout '\(name)' does not know the \(field.rawValue): no \(purpose)",
        advice: "calibrate with a listing that shows it")
    }
  }
}
