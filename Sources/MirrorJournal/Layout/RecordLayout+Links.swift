/// How a record's links are read, whichever form a family gives them.
extension RecordLayout {
  /// Whether length and distance back are plain numbers of bytes: the form of R2, which needs no
  /// translation.
  public var hasPlainLinks: Bool {
    length.isKnown && lengthUnit == 1 && lengthOmits == 0 && linkUnit == 1 && !lengthIsComputed
      && (distanceBack.isKnown || !previousAddress.isKnown)
  }

  /// Whether a record's length is more than one number: it is then read the long way.
  @inlinable
  var lengthIsComputed: Bool { lengthRounds != 1 || lengthSecond.isKnown }

  /// Bytes of the record at `offset` of `bytes`, which is `address`; 0 where no record starts.
  ///
  /// - Parameters:
  ///   - bytes: a part of the journal's data.
  ///   - offset: where the record starts in `bytes`.
  ///   - address: where it starts in the journal.
  ///   - room: bytes from the record's start to the end of its block's data, which the last record
  ///     before a gap is taken to fill when only the next record's address tells its length.
  @inlinable
  public func size(
    in bytes: RawSpan, at offset: Int, address: JournalAddress, room: Int
  ) -> Int {
    if length.isKnown {
      guard var number = bytes.load(length, from: offset) else { return 0 }
      if lengthSecond.isKnown {
        guard let second = bytes.load(lengthSecond, from: offset) else { return 0 }
        number =
          (number & 0xFF_FFFF_FFFF) &+ (second & 0xFF_FFFF_FFFF)
          &+ ((bytes.load(lengthThird, from: offset) ?? 0) & 0xFF_FFFF_FFFF)
      }
      if number == 0, lengthOmits == 0 || isZero(bytes, at: offset, room) { return 0 }
      let size = Int(clamping: number & 0xFF_FFFF_FFFF) &* Int(lengthUnit) &+ Int(lengthOmits)
      let rounds = Int(lengthRounds)
      return rounds > 1 ? (size &+ rounds &- 1) / rounds &* rounds : size
    }
    guard let number = bytes.load(nextAddress, from: offset) else { return 0 }
    if number == 0 { return isZero(bytes, at: offset, room) ? 0 : room }
    let next = Int(clamping: number & 0xFF_FFFF_FFFF) &* Int(linkUnit)
    return next > address &+ room ? room : next &- address
  }

  /// Bytes back from the record at `offset` of `bytes`, which is `address`, to the previous one, as
  /// the record says; 0 in the first record of a file, nil where the layout does not know or the
  /// bytes end before.
  @inlinable
  public func distanceBack(in bytes: RawSpan, at offset: Int, address: JournalAddress) -> Int? {
    if distanceBack.isKnown {
      guard let number = bytes.load(distanceBack, from: offset) else { return nil }
      return Int(truncatingIfNeeded: number) &* Int(linkUnit)
    }
    guard let number = bytes.load(previousAddress, from: offset) else { return nil }
    if number == 0 { return 0 }
    return address &- Int(clamping: number & 0xFF_FFFF_FFFF) &* Int(linkUnit)
  }

  /// Whether a record's header is all zero, as far as its block goes.
  @usableFromInline
  func isZero(_ bytes: RawSpan, at offset: Int, _ room: Int) -> Bool {
    bytes.slice(offset, min(headerSize, room, bytes.byteCount - offset))?.isAllZero ?? true
  }
}
