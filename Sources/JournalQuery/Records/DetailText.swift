package import MirrorJournal

/// What a record says besides key and values, in words: the `detail` of every form of output.
extension Record {
  /// Appends what the record's type has: `level 1`, `bit 9 = 1 (was 0, length 8)`,
  /// `marker -1 #1, previous 0: "text"`, `3 opaque bytes`.
  ///
  /// - Parameter redacted: whether the bit and the marker's text are hidden.
  /// - Returns: false when the body does not fit into the record.
  package borrowing func appendDetail(
    of journal: Journal, _ known: KnownFields, redacted: Bool, to buffer: inout TextBuffer
  ) -> Bool {
    if !journal.layout.record.knowsBody(of: type) || !known.type {
      buffer.append("unknown")
    } else if type.isTransactionControl {
      guard let level = try? transactionLevel() else { return false }
      buffer.append("level ")
      buffer.append(decimal: Int(level))
    } else if type == .bitSet {
      guard let bit = try? bitSet() else { return false }
      if redacted { buffer.append("<one bit>") } else { buffer.append(bit) }
    } else if type == .marker {
      guard let marker = try? marker() else { return false }
      buffer.append(marker, redacted: redacted)
    } else if type == .netsyn {
      guard let payload = try? netsynPayload() else { return false }
      buffer.append(decimal: payload.byteCount)
      buffer.append(" opaque bytes")
    } else if type == .extension {
      guard let payload = try? extensionPayload() else { return false }
      buffer.append(decimal: payload.byteCount)
      buffer.append(" bytes of the next record's values")
    } else if type != .dirtab {
      buffer.append(decimal: max(0, length - journal.layout.record.headerSize))
      buffer.append(" opaque bytes")
    }
    return true
  }
}

extension TextBuffer {
  /// Appends which bit became what, and what it and the bit string were before.
  fileprivate mutating func append(_ bit: BitSetBody) {
    append("bit ")
    append(decimal: Int(bit.position))
    append(" = ")
    append(decimal: Int(bit.newBit))
    append(" (was ")
    append(decimal: Int(bit.oldBit))
    append(", length ")
    append(decimal: Int(bit.oldLength))
    append(")")
  }

  fileprivate mutating func append(_ marker: MarkerBody, redacted: Bool) {
    append("marker ")
    append(decimal: Int(marker.id))
    append(" #")
    append(decimal: Int(marker.sequence))
    append(", previous ")
    append(decimal: marker.previousAddress)
    append(": ")
    if redacted {
      append("<")
      append(decimal: marker.text.utf8.count)
      append(" bytes>")
    } else {
      appendZWriteString(marker.text)
    }
  }
}
