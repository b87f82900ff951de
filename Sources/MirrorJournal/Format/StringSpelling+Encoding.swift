extension StringSpelling {
  /// Appends `text`; characters above U+FFFF go as two UTF-16 units.
  func append(_ text: String, to bytes: inout [UInt8]) {
    guard let first = text.utf16.first else { return appendEmpty(to: &bytes) }
    if utf8Mark >= 0, text.utf16.contains(where: { $0 > 0xFF }) {
      bytes.append(UInt8(truncatingIfNeeded: utf8Mark))
      for byte in text.utf8 { append(narrow: byte, to: &bytes) }
    } else {
      if mark >= 0, first < unmarkedFrom { bytes.append(UInt8(truncatingIfNeeded: mark)) }
      var run = Run.narrow
      for unit in text.utf16 {
        switch run.next(for: unit, pairLast) {
        case let next where next == run: break
        case .narrow: bytes.append(back)
        case .pairs:
          if run == .units { bytes.append(back) }
          bytes.append(UInt8(truncatingIfNeeded: pairMark))
        case .units: bytes.append(UInt8(truncatingIfNeeded: unitMark))
        }
        run = run.next(for: unit, pairLast)
        append(unit, run, to: &bytes)
      }
    }
    if end >= 0 { bytes.append(UInt8(truncatingIfNeeded: end)) }
  }

  /// How the characters of a part of a string are spelled.
  enum Run {
    case narrow, pairs, units

    func next(for unit: UInt16, _ pairLast: UInt16) -> Run {
      unit <= 0xFF ? .narrow : unit <= pairLast ? .pairs : .units
    }
  }

  private func append(_ unit: UInt16, _ run: Run, to bytes: inout [UInt8]) {
    let radix = UInt16(Self.tailValues)
    switch run {
    case .narrow: append(narrow: UInt8(truncatingIfNeeded: unit), to: &bytes)
    case .pairs:
      let (lead, tail) = (unit &- pairOrigin).quotientAndRemainder(dividingBy: radix)
      bytes.append(pairLead &+ UInt8(truncatingIfNeeded: lead))
      bytes.append(tailBase &+ UInt8(truncatingIfNeeded: tail))
    case .units:
      let (lead, tail) = unit.quotientAndRemainder(dividingBy: radix)
      let (head, middle) = lead.quotientAndRemainder(dividingBy: radix)
      for digit in [head, middle, tail] {
        bytes.append(tailBase &+ UInt8(truncatingIfNeeded: digit))
      }
    }
  }

  private func append(narrow byte: UInt8, to bytes: inout [UInt8]) {
    if byte < escapedBelow {
      bytes.append(escape)
      bytes.append(byte &+ escapeShift)
    } else {
      bytes.append(byte &- shift)
    }
  }

  private func appendEmpty(to bytes: inout [UInt8]) {
    if empty >= 0 {
      bytes.append(UInt8(truncatingIfNeeded: empty))
    } else if mark >= 0 {
      bytes.append(UInt8(truncatingIfNeeded: mark))
    }
    if end >= 0 { bytes.append(UInt8(truncatingIfNeeded: end)) }
  }
}
