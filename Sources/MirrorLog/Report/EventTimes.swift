extension LogClocks {
  /// The event's time in ISO 8601, as far as its zone is known.
  package func text(_ event: LogEvent) -> String {
    self[event.source.member]?.text(event.stamp) ?? event.stamp.description
  }

  /// The event's stamp as it is shown to people.
  package func stamp(_ event: LogEvent) -> LogStamp {
    self[event.source.member]?.shown(event.stamp).stamp ?? event.stamp
  }
}
