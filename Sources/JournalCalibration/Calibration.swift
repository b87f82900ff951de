public import MirrorJournal

/// The layout of a file's family, found from the file and a listing of its records, with what
/// speaks for each field.
///
/// Hypotheses are generated and counted against all rows; what the listing does not show, or chance
/// could explain, stays unknown. The whole file is then walked with the layout. A layout says what
/// was observed in one file: it is nobody's specification.
public struct Calibration: Sendable {
  /// The layout that explains the file best.
  public let layout: JournalLayout
  /// Every field that was looked for, found or not.
  public let fields: [FieldEvidence]
  /// What the layout explains of the file and of the listing.
  public let proof: CalibrationProof

  /// Rows that a listing must have at least.
  public static let minimumRows = 20

  /// Finds the layout of the journal at `path`.
  ///
  /// - Parameters:
  ///   - path: the journal.
  ///   - listing: what the vendor's utility shows of it.
  ///   - information: the header page of the same file, if there is one.
  ///   - name: the name that the layout gets.
  ///   - signatureLength: how many of the file's first bytes are the signature; nil: guessed.
  /// - Throws: `notProved` when file and listing prove no layout, as when they do not belong
  ///   together; `cannotOpen`, `cannotRead`.
  public init(
    path: String, listing: Listing, information: InformationPage? = nil,
    name: String = "calibrated",
    signatureLength: Int? = nil
  ) throws {
    let storage = try MappedFile(path: path)
    do {
      let search = try CalibrationSearch(
        storage: storage, listing: listing, information: information, name: name,
        signatureLength: signatureLength)
      (layout, fields, proof) = try storage.withBytes(0..<storage.count) { try search.run($0) }
    } catch let error as JournalError {
      throw error.inFile(path)
    }
  }
}
