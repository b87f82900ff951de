internal import JournalQuery
internal import MirrorJournal

/// How places, sources and values of states are written.
struct StateText {
  let files: [String]
  /// In text, a value longer than this many bytes is cut; `.max` for never.
  var valueLimit = 256

  /// The file of a place; nil behind the last one.
  func file(of place: StatePlace) -> String? {
    files.indices.contains(place.file) ? files[place.file] : nil
  }

  /// The address, and the file where there are several.
  func place(_ place: StatePlace) -> String {
    guard let file = file(of: place) else { return "end" }
    return files.count == 1 ? "\(place.address)" : "\(lastComponent(file)):\(place.address)"
  }

  /// Which record tells a state.
  func source(_ state: NodeState) -> String {
    let at = state.record.map { " at \(place($0))" } ?? ""
    switch state.source {
    case .set: return "SET" + at
    case .increment: return "$INCREMENT" + at
    case .kill: return "KILL" + at
    case .oldValue: return "old value" + at
    case .noOldValue: return "no old value" + at
    case .bit: return "BitSET" + at
    case .unreadable: return "unreadable" + at
    case .rollback: return "Rollback" + at
    case .nothing: return "-"
    }
  }

  /// Why a state that is known is not certain.
  static func doubt(_ state: NodeState) -> String {
    state.isContradicted
      ? "a later old value is another than known" : "records are lost behind it"
  }

  /// Why a state is not known.
  static func reason(_ state: NodeState) -> String {
    switch state.source {
    case .nothing: "unknown before these journals"
    case .bit: "a bit was set in a value that is not known"
    case .unreadable: "its value does not decode"
    case .rollback: "what a rollback brought back is not known"
    default: "not known"
    }
  }

  /// Appends the value as ZWRITE prints it, cut in text.
  func append(_ value: JournalValue, to buffer: inout TextBuffer) {
    let bytes = value.encodedBytes
    ValueView(bytes.span.bytes, storageCode: value.storageCode)
      .appendZWrite(to: &buffer, limit: valueLimit)
  }

  /// Appends the fields `NAME` and `NAMEType` of a state: as in records, null for what has no value.
  func appendJSON(
    _ name: StaticString, _ type: StaticString, _ state: NodeState, to buffer: inout TextBuffer
  ) {
    buffer.key(name)
    guard case .value(let value) = state.content else {
      buffer.append("null")
      buffer.key(type)
      buffer.append("null")
      return
    }
    let bytes = value.encodedBytes
    let view = ValueView(bytes.span.bytes, storageCode: value.storageCode)
    let kind = view.appendJSON(to: &buffer)
    buffer.key(type)
    buffer.appendJSONString(kind.rawValue)
  }

  /// Appends the fields that say which record tells a state.
  func appendSource(_ state: NodeState, to buffer: inout TextBuffer) {
    buffer.field("source", state.source.rawValue)
    buffer.field("file", state.record.flatMap { file(of: $0) })
    buffer.field("address", state.record?.address)
  }
}
