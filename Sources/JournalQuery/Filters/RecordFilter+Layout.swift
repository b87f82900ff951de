internal import MirrorJournal

extension RecordFilter {
  /// What a journal's layout has to know for the filter to tell anything.
  var fields: [LayoutField] {
    switch self {
    case .all, .address, .place, .length, .bytes: []
    case .global(let pattern): !pattern.subscripts.isEmpty ? [.key, .subscript] : [.key]
    case .database, .mirrorDatabase: [.databaseName]
    case .process: [.process]
    case .job: [.job]
    case .remoteSystem: [.remoteSystem]
    case .types: [.type]
    case .inTransaction: [.transaction]
    case .blockTime: [.time]
    case .newValue, .oldValue, .piece: [.value]
    case .subscript: [.subscript]
    case .not(let filter): filter.fields
    case .and(let left, let right), .or(let left, let right): left.fields + right.fields
    }
  }
}
