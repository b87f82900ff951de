/// How the links of a run's records are read, for a loop that is compiled for each way.
@usableFromInline
protocol RunLinks {
  /// Size and distance back of the record at `place`, of which the caller knows as many bytes to be
  /// there as the links take.
  ///
  /// Only what is sound may be believed.
  ///
  /// - Parameters:
  ///   - address: the record's.
  ///   - distance: what is said to be the distance where the layout does not know it.
  @unsafe
  func sizeAndBack(at place: BytePlace, address: JournalAddress, orBack distance: Int)
    -> (size: Int, back: Int)
}

/// Links of records that begin with their length and their distance back, little-endian 32-bit numbers
/// both, as in R2.
@usableFromInline
struct PairedLinks: RunLinks {
  @inlinable @inline(__always)
  init() {}

  @unsafe
  @inlinable @inline(__always)
  func sizeAndBack(at place: BytePlace, address: JournalAddress, orBack distance: Int)
    -> (size: Int, back: Int)
  {
    // In bounds: the caller knows of eight bytes.
    unsafe (place.word(at: 0), place.word(at: 4))
  }
}
