/// Compares the positions that logs name with the journals themselves.
///
/// Every position has to be a record's start or the data's end (class O); a takeover has to be where
/// its file's data end; and neighbouring files have to say the same of each other.
public enum PositionCheck {
  /// Adds to `positions` what the journals show: findings, confirmations, the records that stand at
  /// the positions, and the records in each gap.
  ///
  /// Reads the blocks of the positions, and the stretches that are lost or applied twice; never
  /// whole files otherwise. A file that cannot be read is a finding.
  public static func run(
    _ positions: inout MirrorPositions, against journals: inout MirrorJournals
  ) {
    var check = JournalChecks(positions, journals)
    for timeline in positions.timelines { check.take(timeline) }
    if let finding = check.nothingFound { check.findings.insert(finding, at: 0) }
    positions.add(standing: check.standing)
    positions.add(check.findings, confirmations: check.confirmations)
    let paths = Dictionary(grouping: positions.timelines, by: \.mirror).mapValues { timelines in
      Dictionary(timelines.compactMap { line in line.path.map { (line.fileCount, $0) } }) { a, _ in
        a
      }
    }
    positions.addGaps { finding in
      GapCount.measure(finding, &check.journals, paths: paths[finding.mirror] ?? [:])
    }
    journals = check.journals
  }
}
