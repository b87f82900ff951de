package import MirrorJournal

/// Which fields the layout of a journal knows; the others are shown as unknown, never as 0.
package struct KnownFields: Sendable {
  package let type: Bool
  package let time: Bool
  package let job: Bool
  package let remoteSystem: Bool
  package let transaction: Bool
  package let database: Bool
  /// Whether the layout knows the table of databases, which gives an SFN its name.
  package let directory: Bool
  package let keys: Bool
  /// Whether all of a key can be read, not its name alone.
  package let subscripts: Bool
  package let values: Bool

  package init(_ layout: JournalLayout) {
    let record = layout.record
    type = record.type.isKnown
    time = layout.block.bufferTime.isKnown
    job = record.jobID.isKnown
    remoteSystem = record.remoteSystemID.isKnown
    transaction = record.knowsTransaction
    database = record.sfn.isKnown
    directory = layout.directory.numberWidth != 0
    keys = record.knowsKeys
    subscripts = layout.knows(.subscript)
    values = record.knowsValues
  }

  /// The name of the database with number `sfn`; its number where the names are not known.
  package func databaseName(_ sfn: UInt32, in journal: Journal) -> String {
    journal.database(sfn: sfn)?.directory ?? (directory || !database ? "" : "sfn \(sfn)")
  }
}
