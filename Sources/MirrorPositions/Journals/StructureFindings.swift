internal import JournalIntegrity
internal import MirrorJournal

/// What is wrong with a journal around its records.
enum StructureFindings {
  /// Findings about the header, the bytes behind it and the directory.
  static func of(_ journal: Journal) -> [IntegrityFinding] {
    guard let report = try? IntegrityCheck.run([journal], level: .chain) else { return [] }
    return report.files.flatMap(\.findings).filter { finding in
      [.header, .headerTail, .directory].contains(finding.kind)
    }
  }
}
