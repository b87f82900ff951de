public import MirrorJournal

extension Discovery {
  /// Appends the same as lines of JSON: the chain, then each proof and each field.
  public func appendJSON(to buffer: inout TextBuffer) {
    buffer.beginObject()
    buffer.field("type", "chain")
    buffer.field("file", FileName.printable(path))
    buffer.field("proved", isProved)
    buffer.field("framing", framing)
    buffer.field("records", records)
    buffer.field("firstRecord", framing == nil ? nil : firstRecord)
    buffer.field("end", framing == nil ? nil : end)
    buffer.field("dataBytes", dataBytes)
    buffer.field("unexplainedBytes", unexplainedBytes)
    buffer.field("leftoverBytes", leftoverBytes)
    buffer.field("rival", rival)
    buffer.field("lacks", lacks)
    buffer.field("unreadable", unreadable)
    buffer.endObject()
    for proof in proofs {
      buffer.beginObject()
      buffer.field("type", "proof")
      buffer.field("kind", proof.kind)
      buffer.field("text", proof.text)
      buffer.field("support", proof.support)
      buffer.field("against", proof.against)
      buffer.endObject()
    }
    for candidate in candidates {
      buffer.beginObject()
      buffer.field("type", "candidate")
      buffer.field("framing", candidate.framing)
      buffer.field("explained", candidate.explained, decimals: 3)
      buffer.field("records", candidate.records)
      buffer.field("agrees", candidate.agrees)
      buffer.field("stops", candidate.stops.map { "\($0)" })
      buffer.endObject()
    }
    for field in fields {
      buffer.beginObject()
      buffer.field("type", "field")
      buffer.field("name", field.name)
      buffer.field("place", field.place)
      buffer.field("evidence", field.evidence)
      buffer.endObject()
    }
  }
}
