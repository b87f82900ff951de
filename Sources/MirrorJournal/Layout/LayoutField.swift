/// What a layout may know or not of a family's records, for commands that cannot do without.
public enum LayoutField: String, Sendable, CaseIterable {
  case type
  case transaction = "transaction flag"
  case job
  case process = "process id"
  case database
  case databaseName = "names of databases"
  case remoteSystem = "remote system"
  case time
  case key
  case `subscript` = "subscripts"
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
    case .subscript: record.knowsKeys && record.keyLength.isKnown && record.keyEncoding.knowsSubscripts
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
