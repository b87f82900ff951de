public import MirrorJournal

/// Which records count, decided for each journal anew: numbers such as the SFN of a database mean
/// something else in each. A filter is bound to the journal, the result asked for each record.
public typealias RecordSelection = (Journal) throws -> (borrowing Record) throws -> Bool

/// Every record.
public let everyRecord: @Sendable (Journal) throws -> (borrowing Record) throws -> Bool = { _ in
  { _ in true }
}
