internal import MirrorJournal

/// The type and, in its byte or in another, the transaction flag.
extension FieldFinder {
  mutating func findType(masks: [UInt8] = [0xFF, 0x7F, 0x3F, 0x1F]) {
    let found = labels(taken).search(
      widths: [1], masks: masks,
      meanings: { max(1, TypeLabel.types($0).count) }, label: \.type)
    switch found {
    case .failure(let reason): evidence.append(.unknown("record.type", reason.text))
    case .success(let found):
      layout.record.type = found.field
      layout.record.typeMask = found.mask
      take(found.field)
      let (codes, note) = typeCodes(found)
      layout.typeCodes = codes
      evidence.append(
        FieldEvidence(
          "record.type",
          place(found.field) + (found.mask == 0xFF ? "" : ", bits \(found.mask)"),
          support: found.support, contradictions: found.contradictions, rival: found.rival,
          note: note))
    }
  }

  /// What the codes stand for, by the labels of their rows; empty if they are the documented ones.
  private func typeCodes(_ found: LabelSearch.Found) -> ([TypeCode], String?) {
    var codes: [TypeCode] = []
    var unclear: [String] = []
    var isDocumented = true
    for (value, label) in found.labels.sorted(by: { $0.key < $1.key }) {
      let code = UInt8(truncatingIfNeeded: value)
      let types = TypeLabel.types(label)
      guard let first = types.first else {
        unclear.append(label)
        continue
      }
      if types.contains(RecordType(rawValue: code)) {
        codes.append(TypeCode(code: code, type: RecordType(rawValue: code)))
        continue
      }
      isDocumented = false
      var type = first
      if types.count > 1 {
        // KILLdes is part of a KILL in a transaction, so that other rows are of another type.
        let isFree = matched.contains { row in
          table.number(row.row, found.field) & UInt64(found.mask) == value
            && row.listed.isInTransaction == false
        }
        if isFree, let other = types.first(where: { $0 != .killDescendant }) { type = other }
        unclear.append(label)
      }
      codes.append(TypeCode(code: code, type: type))
    }
    let note = unclear.isEmpty ? nil : "unclear: \(Set(unclear).sorted().joined(separator: ", "))"
    return (isDocumented ? [] : codes, note)
  }

  mutating func findTransaction() {
    let bits = (0..<8).map { UInt8(1) << UInt8($0) }
    func label(_ record: ListedRecord) -> String? {
      record.isInTransaction.map { $0 ? "yes" : "no" }
    }
    var result = labels(taken).search(widths: [1], masks: bits, label: label)
    let type = layout.record.type
    if type.isKnown, layout.record.typeMask != 0xFF {
      let free = bits.filter { $0 & layout.record.typeMask == 0 }
      let others = Set(0..<headerLimit).subtracting([Int(type.offset)])
      let inType = labels(others).search(widths: [1], masks: free, label: label)
      if case .success(let found) = inType {
        if case .success(let other) = result, other.strength >= found.strength {
        } else {
          result = .success(found)
        }
      }
    }
    if case .failure = result, type.isKnown, layout.record.typeMask == 0xFF {
      // Where each label has two numbers for its two meanings, a flag may stand behind one of them.
      let others = Set(0..<headerLimit).subtracting([Int(type.offset)])
      let inType = labels(others).search(widths: [1], masks: [0x80, 0x40, 0x20], label: label)
      if case .success(let found) = inType {
        var other = self
        other.evidence.removeAll { $0.field == "record.type" }
        other.taken.remove(Int(type.offset))
        other.findType(masks: [found.mask - 1])
        if other.layout.record.type == type {
          self = other
          result = inType
        }
      }
    }
    switch result {
    case .failure(let reason): evidence.append(.unknown("record.transactionFlag", reason.text))
    case .success(let found):
      guard found.labels[UInt64(found.mask)] == "yes" else {
        evidence.append(.unknown("record.transactionFlag", "no bit is set in transactions only"))
        return
      }
      layout.record.flags = found.field
      layout.record.transactionFlag = found.mask
      take(found.field)
      evidence.append(
        FieldEvidence(
          "record.transactionFlag", "\(place(found.field)), bit \(found.mask.trailingZeroBitCount)",
          support: found.support, contradictions: found.contradictions, rival: found.rival))
    }
  }
}
