/// What a walk has told of damage: what it meets again, in the next segment or in another thread's part, is
/// told once.
@usableFromInline
package struct ToldDamage: Sendable {
  private var last: Damage?

  @usableFromInline
  package init() {}

  /// Whether `damage` is not a part of what was told last.
  @usableFromInline
  package mutating func isNew(_ damage: Damage) -> Bool {
    if let last, last.kind == damage.kind, last.range.lowerBound <= damage.range.lowerBound,
      last.range.upperBound >= damage.range.upperBound
    {
      return false
    }
    last = damage
    return true
  }
}
