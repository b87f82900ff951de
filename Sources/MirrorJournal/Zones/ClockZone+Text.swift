extension ClockZone {
  /// What headings call the zone.
  public var heading: String { name }

  /// `2024-07-09 11:51:18.752` in UTC, which a heading has to name; `2024-07-09 13:51:18.752+02:00` elsewhere.
  public func text(_ time: Timestamp) -> String {
    if isUTC { return time.description }
    let stretch = stretch(at: time)
    return Timestamp(milliseconds: stretch.local(time)).description
      + Self.offsetText(stretch.offset)
  }

  /// `2024-07-09 11:51:18.752 UTC`; `2024-07-09 13:51:18.752+02:00` elsewhere.
  public func namedText(_ time: Timestamp) -> String { text(time) + (isUTC ? " UTC" : "") }

  /// `2024-07-09T11:51:18.752Z`; `2024-07-09T13:51:18.752+02:00` elsewhere.
  public func iso8601(_ time: Timestamp) -> String {
    if isUTC { return time.iso8601 }
    let stretch = stretch(at: time)
    return Timestamp(milliseconds: stretch.local(time)).iso8601.dropLast()
      + Self.offsetText(stretch.offset)
  }

  /// `2024-07-09 12:05:49`, outside UTC with the offset.
  public func secondText(_ time: Timestamp) -> String {
    let whole = text(time)
    return String(whole.prefix(19)) + (isUTC ? "" : whole.suffix(6))
  }

  /// `2024-07-09 11:51` in UTC; `2024-07-09 13:51+02:00` elsewhere.
  public func minuteText(_ time: Timestamp) -> String {
    let stretch = stretch(at: time)
    let local = Timestamp(milliseconds: stretch.local(time)).description
    return local.prefix(16) + (isUTC ? "" : Self.offsetText(stretch.offset))
  }

  /// Characters of a time in `text(_:)`.
  public var textWidth: Int { isUTC ? 23 : 29 }
}
