import JournalQuery
import MirrorJournal
import MirrorLog
import MirrorPositions

/// Targets that take a key, a value or text.
enum TextTargets {
  static func key(_ bytes: [UInt8]) {
    guard let length = bytes.first else { return }
    let key = Array(bytes.dropFirst())
    let view = KeyView(key.span.bytes, nameLength: Int(length))
    var text = TextBuffer()
    var hidden = TextBuffer()
    let isShown = view.appendReference(to: &text)
    view.appendJSON(to: &hidden)
    hidden.removeAll()
    promise(view.appendRedactedReference(to: &hidden) == isShown, "hidden and shown keys differ")
    guard let reference = try? view.reference() else {
      promise(!isShown, "a damaged key is shown")
      return
    }
    promise(isShown, "a sound key is not shown")
    // A key has one form only.
    if let encoded = try? reference.encodedKey() {
      promise(encoded.bytes == key, "the key comes back as \(encoded.bytes)")
      promise(encoded.nameLength == view.nameLength, "the name's length differs")
      // M knows no string "2" beside the number 2; such a key is no application's.
      let isAmbiguous = reference.subscripts.contains {
        if case .string(let text) = $0 { CanonicalNumber(text) != nil } else { false }
      }
      if isAmbiguous { return }
      let parsed = try? GlobalReference(parsing: text.string)
      promise(parsed == reference, "\(text.string) is read as \(String(describing: parsed))")
    }
  }

  static func list(_ bytes: [UInt8]) {
    guard let code = bytes.first else { return }
    let value = Array(bytes.dropFirst())
    let view = ValueView(value.span.bytes, storageCode: code % 5)
    var text = TextBuffer()
    view.appendPlain(to: &text)
    view.appendJSON(to: &text)
    view.appendRedacted(to: &text)
    view.appendRedactedZWrite(to: &text)
    text.removeAll()
    view.appendZWrite(to: &text)
    if let list = ListView(value.span.bytes) {
      var cursor = list.elements()
      var count = 0
      while let element = cursor.next() {
        count += 1
        _ = list.integer(of: element)
        promise(list.content(of: element).byteCount == element.content.count, "an element's bytes")
      }
      promise(count == list.count, "the elements do not count")
    }
    if let bits = view.bitString() {
      promise(view.kind == .bits, "a bit string is of another kind")
      var runs = bits.runs()
      var (last, count) = (-1, 0)
      while let run = runs.next() {
        promise(run.lowerBound > last + 1 && run.upperBound <= bits.length, "a run's place")
        promise(bits.bit(run.lowerBound) && bits.bit(run.upperBound), "a run's bits")
        last = run.upperBound
        count += run.count
      }
      promise(count == bits.setCount, "the bits do not count")
      promise(
        (try? ZWRText.parse("^a=" + text.string))?.value == .bytes(value),
        "\(text.string) is not read as it was")
    }
    // What is printed of a string is read as that string.
    if view.kind == .string, code % 5 == 0, let (_, read) = try? ZWRText.parse("^a=" + text.string)
    {
      promise(read == .bytes(value), "\(text.string) is read as \(read)")
    }
  }

  static func zwr(_ bytes: [UInt8]) {
    guard let (reference, value) = try? ZWRText.parse(bytes.span.bytes) else { return }
    guard let key = try? reference.encodedKey() else { return }
    var text = TextBuffer()
    KeyView(key.bytes.span.bytes, nameLength: key.nameLength).appendReference(to: &text)
    let stored = StoredValue(value)
    text.append("=")
    ValueView(stored.bytes.span.bytes, storageCode: stored.storageCode).appendZWrite(to: &text)
    _ = try? ZWRText.parse(text.string)
  }

  static func log(_ bytes: [UInt8]) {
    var reader = LogReader()
    reader.lineLimit = 512
    var count = 0
    _ = try? reader.read(bytes: bytes, name: "messages.log", member: "A") { _ in count += 1 }
    if let logs = try? MirrorLogs(bytes: [(LogInput(path: "messages.log", member: "A"), bytes)]) {
      let positions = MirrorPositions(logs)
      count += positions.findings.count
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      _ = PrintedCompression(parsing: String(line))
    }
  }

  static func filter(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? RecordFilter(parsing: text)
    _ = try? GlobalPattern(text)
    _ = TextPattern(text)
    if let reference = try? GlobalReference(parsing: text) { _ = try? reference.encodedKey() }
    _ = JournalFileName(text)
  }
}
