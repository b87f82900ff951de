import Synchronization

/// A key layout at a fixed place in memory, so that a key view carries one word instead of the whole
/// layout, with what the fast paths read from it worked out.
///
/// Unsafe room: the pointer stays valid because an interned layout is never freed and never changed;
/// there is one for each distinct layout that the process meets.
public struct InternedKeyLayout: @unchecked Sendable {
  /// What stands at the fixed place.
  @usableFromInline
  struct Content {
    // First, so that its address is the content's.
    @usableFromInline let plain: PlainForm
    @usableFromInline let layout: KeyLayout
  }

  @usableFromInline let pointer: UnsafePointer<Content>

  /// The layout.
  @inlinable @inline(__always)
  public var layout: KeyLayout { unsafe pointer.pointee.layout }

  @inlinable @inline(__always)
  var plain: PlainForm {
    @inline(__always) unsafeAddress {
      unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: PlainForm.self)
    }
  }

  /// The interned copy of `layout`. O(number of distinct layouts).
  public init(_ layout: KeyLayout) {
    pointer = Self.table.withLock { table in
      if let known = unsafe table.places.first(where: { unsafe $0.pointee.layout == layout }) {
        return unsafe known
      }
      let place = UnsafeMutablePointer<Content>.allocate(capacity: 1)
      unsafe place.initialize(to: Content(plain: PlainForm(layout), layout: layout))
      unsafe table.places.append(UnsafePointer(place))
      return unsafe UnsafePointer(place)
    }
  }

  /// The observed encoding.
  public static let observed = InternedKeyLayout(.observed)

  private struct Table: @unchecked Sendable {
    var places: [UnsafePointer<Content>] = []
  }
  private static let table = Mutex(Table())
}

/// The usual form of a subscript, an integer or a string of ASCII characters without escapes, as bytes
/// to compare with.
@usableFromInline
struct PlainForm: Sendable {
  /// Whether the layout has one: subscripts end where the next begins, numbers count to 100.
  @usableFromInline let exists: Bool
  /// The byte before each subscript.
  @usableFromInline let start: UInt8
  /// Stands before strings that begin below `firstUnmarked`.
  @usableFromInline let mark: UInt8
  /// The least first byte of a string without a mark.
  @usableFromInline let firstUnmarked: UInt8
  /// What the count of an integer's digits is added to.
  @usableFromInline let integerBase: UInt8
  @usableFromInline let maximumDigits: UInt8
  @usableFromInline let zeroDigit: UInt8
  /// The number 1 in one byte; an integer of the digit 1 is none then.
  @usableFromInline let hasOne: Bool
  /// The bytes of printable characters.
  @usableFromInline let characters: ByteRange
  @usableFromInline let digits: ByteRange
  /// What is added to a string's byte to get the character.
  @usableFromInline let shift: UInt8

  init(_ layout: KeyLayout) {
    let strings = layout.strings
    let numbers = layout.numbers
    // A control character that needs no escape in the key needs one in text.
    let lowest = max(Int(strings.escapedBelow), 0x20) - Int(strings.shift)
    let highest = 0x7E - Int(strings.shift)
    let firstUnmarked = Int(strings.unmarkedFrom) - Int(strings.shift)
    exists =
      layout.knowsSubscripts && layout.subscriptStart == 0 && strings.end < 0 && strings.mark >= 0
      && strings.utf8Mark < 0
      && numbers.radix == 100 && numbers.dropsTrailingZeros && numbers.fractionMark < 0
      && numbers.positiveEnd < 0 && lowest > 0 && highest > lowest
      && (0...255).contains(firstUnmarked)
      && firstUnmarked > Int(numbers.positiveBase) + Int(numbers.maximumDigits)
      && numbers.digits.lowerBound > 0 && numbers.digits.upperBound < 0x80
      && numbers.maximumDigits < 32
    start = UInt8(truncatingIfNeeded: layout.subscriptStart)
    mark = UInt8(truncatingIfNeeded: strings.mark)
    self.firstUnmarked = UInt8(truncatingIfNeeded: firstUnmarked)
    integerBase = numbers.positiveBase
    maximumDigits = numbers.maximumDigits
    zeroDigit = numbers.digitBase
    hasOne = numbers.one >= 0
    characters = ByteRange(UInt8(clamping: lowest), UInt8(clamping: highest))
    digits = ByteRange(numbers.digits.lowerBound, numbers.digits.upperBound)
    shift = strings.shift
  }
}

/// Bytes from a lowest to a highest one, both in 0x01...0x7F: eight are compared at a time.
@usableFromInline
struct ByteRange: Sendable {
  @usableFromInline let toHigh: UInt64
  @usableFromInline let fromLow: UInt64

  init(_ lowest: UInt8, _ highest: UInt8) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    toHigh = ones &* UInt64(0x7F &- min(highest, 0x7F))
    fromLow = ones &* UInt64(lowest)
  }

  /// How many of the eight bytes of `word`, from the lowest on, lie in the range before the first
  /// that does not.
  @inlinable @inline(__always)
  func run(in word: UInt64) -> Int {
    // The lowest flagged byte is exact; carries and borrows can only flag bytes above it.
    let stops = (word | (word &+ toHigh) | ((word &- fromLow) & ~word)) & 0x8080_8080_8080_8080
    return stops.trailingZeroBitCount &>> 3
  }
}

extension RawSpan {
  /// Where a subscript of the usual form ends, and where its digits or characters stand.
  @usableFromInline
  struct PlainSubscript {
    @usableFromInline let content: Int
    @usableFromInline let contentEnd: Int
    @usableFromInline let isString: Bool
    @inlinable @inline(__always)
    var end: Int { contentEnd }

    @inlinable @inline(__always)
    init(content: Int, contentEnd: Int, isString: Bool) {
      self.content = content
      self.contentEnd = contentEnd
      self.isString = isString
    }
  }

  /// The subscript of the usual form at `start`; nil for any other, sound or not.
  @inlinable @inline(__always)
  func plainSubscript(at start: Int, _ keys: InternedKeyLayout) -> PlainSubscript? {
    guard keys.plain.exists, start >= 0, start < byteCount &- 1,
      octet(at: start) == keys.plain.start
    else { return nil }
    let lead = octet(at: start &+ 1)
    let isUnmarked = lead >= keys.plain.firstUnmarked
    let isString = isUnmarked || lead == keys.plain.mark
    let content = start &+ (isUnmarked ? 1 : 2)
    let end = endOfRun(
      of: isString ? keys.plain.characters : keys.plain.digits, from: content)
    // What stands behind the run is the next subscript's start, or it is another form.
    guard end > content, end == byteCount || octet(at: end) == keys.plain.start else { return nil }
    let first = octet(at: content)
    if isString {
      guard isUnmarked || first < keys.plain.firstUnmarked else { return nil }
    } else {
      let digits = lead &- keys.plain.integerBase
      guard digits <= keys.plain.maximumDigits, end &- content <= Int(digits),
        first != keys.plain.zeroDigit, octet(at: end &- 1) != keys.plain.zeroDigit,
        !keys.plain.hasOne || digits != 1 || first != keys.plain.zeroDigit &+ 1
      else { return nil }
    }
    return PlainSubscript(content: content, contentEnd: end, isString: isString)
  }

  /// Where the run of bytes in `range` ends that begins at `start`.
  @inlinable @inline(__always)
  func endOfRun(of range: ByteRange, from start: Int) -> Int {
    var offset = start
    // In bounds: no load begins before 0 or behind `last`.
    let last = byteCount &- 8
    while offset >= 0, offset <= last {
      let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      let run = range.run(in: UInt64(littleEndian: word))
      offset &+= run
      if run < 8 { return offset }
    }
    if last >= 0, offset >= 0, offset < byteCount {
      // Zeros come in from above where fewer than eight bytes are left, and end the run.
      let word = UInt64(
        littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: last, as: UInt64.self))
      return offset &+ range.run(in: word &>> UInt64(truncatingIfNeeded: (offset &- last) &* 8))
    }
    while offset < byteCount {
      let byte = UInt64(octet(at: offset))
      guard range.run(in: byte) > 0 else { return offset }
      offset &+= 1
    }
    return offset
  }
}
