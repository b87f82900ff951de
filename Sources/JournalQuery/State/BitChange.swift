internal import MirrorJournal

/// What a BitSET makes of a value.
enum BitChange {
  /// The bit string behind the record; unknown unless the one before is known and as long as the record says.
  ///
  /// The bits are those of the journal; their bytes are in the shortest form, which may be another than the
  /// engine's (class R).
  static func content(
    of before: NodeMoment.Content, _ event: StateEvent, _ bytes: RawSpan
  ) -> NodeMoment.Content {
    guard let place = event.new, let body = bytes.slice(place.start, place.count),
      let position: UInt32 = body.loadLittle(at: 0),
      let oldLength: UInt32 = body.loadLittle(at: 4), let bit = body.loadUInt8(at: 8),
      position > 0, Int(position) <= BitStringView.maximumLength
    else { return .unknown }
    var ones: [Int] = []
    switch before {
    case .absent:
      guard oldLength == 0 else { return .unknown }
    case .stored(let old):
      guard old.storageCode == ValueStorage.bytes.rawValue,
        let value = bytes.slice(old.start, old.count)
      else { return .unknown }
      if value.byteCount == 0, oldLength == 0 { break }
      guard let view = BitStringView(value), view.length == Int(oldLength) else { return .unknown }
      ones = Self.ones(of: view)
    case .made(let made):
      let value = made.span.bytes
      guard let view = BitStringView(value), view.length == Int(oldLength) else { return .unknown }
      ones = Self.ones(of: view)
    case .unknown: return .unknown
    }
    ones.removeAll { $0 == Int(position) }
    if bit != 0 { ones.append(Int(position)) }
    guard let bits = try? BitString(length: max(Int(oldLength), Int(position)), ones: ones) else {
      return .unknown
    }
    return .made(bits.shortestBytes)
  }

  /// Whether the bits before a BitSET are as many, and the one as it was, as the record says; nil where that
  /// cannot be told.
  static func agrees(
    with before: NodeMoment.Content, _ event: StateEvent, _ bytes: RawSpan
  ) -> Bool? {
    guard let place = event.new, let body = bytes.slice(place.start, place.count),
      let position: UInt32 = body.loadLittle(at: 0), let oldLength: UInt32 = body.loadLittle(at: 4),
      let oldBit = body.loadUInt8(at: 12)
    else { return nil }
    let value: RawSpan
    switch before {
    case .unknown: return nil
    case .absent: return oldLength == 0 && oldBit == 0
    case .stored(let old):
      guard old.storageCode == ValueStorage.bytes.rawValue,
        let stored = bytes.slice(old.start, old.count)
      else { return nil }
      value = stored
    case .made(let made): return agrees(made.span.bytes, position, oldLength, oldBit)
    }
    return agrees(value, position, oldLength, oldBit)
  }

  private static func agrees(
    _ value: RawSpan, _ position: UInt32, _ oldLength: UInt32, _ oldBit: UInt8
  ) -> Bool? {
    if value.byteCount == 0 { return oldLength == 0 && oldBit == 0 }
    guard let view = BitStringView(value) else { return nil }
    return view.length == Int(oldLength) && ones(of: view).contains(Int(position)) == (oldBit != 0)
  }

  private static func ones(of view: borrowing BitStringView) -> [Int] {
    var ones: [Int] = []
    var runs = view.runs()
    while let run = runs.next() { ones += Array(run) }
    return ones
  }
}
