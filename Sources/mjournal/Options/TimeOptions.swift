import ArgumentParser
import Glibc
import MirrorJournal

/// The zone of times that a command reads and writes.
struct TimeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Zone of the times that are read and written: UTC, local, +02:00, Europe/Paris.",
      discussion: "By default MJOURNAL_TZ, else UTC.", valueName: "zone"))
  var tz: String?

  /// - Throws: `ValidationError` when the zone is not known.
  func zone() throws -> ClockZone {
    let zone = try Self.zone(tz) ?? .utc
    DamageLines.use(zone)
    return zone
  }

  /// What reads times by the clocks of the zone.
  func reader() throws -> TimeReader { TimeReader(zone: try zone()) }

  /// The zone of that name, else the one that the environment names; nil when none is named.
  ///
  /// - Throws: `ValidationError` when the zone is not known.
  static func zone(_ name: String?) throws -> ClockZone? {
    let variable = getenv("MJOURNAL_TZ").map { String(cString: $0) }
    guard let text = name ?? variable.flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
    do {
      return try ClockZone(named: text)
    } catch {
      throw ValidationError(name == nil ? "MJOURNAL_TZ: \(error)" : "\(error)")
    }
  }
}
