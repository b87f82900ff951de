/// The walk of families whose records may cross blocks, by the loop of all others.
extension RecordCursor {
  /// Makes this a cursor for the records of `wanted` in such a family; its `bytes` are the file's, up to
  /// the end of the data.
  ///
  /// - Throws: `JournalError` when the file cannot be read.
  @usableFromInline
  @_lifetime(self: copy self)
  mutating func crossBlocks(_ wanted: Range<JournalAddress>, in journal: Journal) throws {
    let start = try journal.firstAcross(atOrAfter: wanted.lowerBound)
    goOn(
      CrossingCursor(
        journal.layout, from: start ?? wanted.upperBound, in: wanted, limit: journal.dataLimit,
        starts: try journal.backStarts()))
  }

  /// Takes up a walk that stands where `crossing` says, inside `bytes`.
  @_lifetime(self: copy self)
  mutating func goOn(_ crossing: CrossingCursor) {
    position = crossing.position
    previous = crossing.previous
    self.crossing = crossing
  }

  /// As `nextRun`; nil at the end of `bytes`, too.
  @_lifetime(self: copy self)
  mutating func nextRunAcross() throws -> Run? {
    guard let journal, crossing != nil else { return nil }
    if !isAssembled {
      crossing?.position = position
      crossing?.previous = previous
    }
    isAssembled = false
    let found = try crossing?.nextRun(bytes, at: base, storage: journal.storage)
    time = crossing?.time ?? time
    switch found {
    case .end, nil: return nil
    case .run(let run): return unsafe run
    case .assembled(let run):
      isAssembled = true
      return unsafe run
    case .damage(let damage) where crossing?.back != nil:
      position = damage.range.upperBound
      previous = -1
      throw damage
    case .damage(let damage):
      let next = try journal.nextStart(after: damage.range.lowerBound) ?? journal.dataLimit
      position = next
      previous = -1
      throw Damage(damage.kind, damage.range.lowerBound..<next, damage.reason)
    }
  }
}
