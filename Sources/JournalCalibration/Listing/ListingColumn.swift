/// What a column of a listing shows.
enum Column: CaseIterable {
  case address, previous, next, process, job, type, transaction, node, database, mirrorName
  case valueCount, newValue, oldValue, time, remoteSystem, collation

  /// The column with this heading; nil for a heading that is not known.
  init?(named heading: String) {
    self.init(letters: heading.lowercased().filter { $0.isLetter })
  }

  /// The column whose content this heading calls hashed, as `Hashed GlobalNode` does; nil for any other heading.
  init?(hashed heading: String) {
    let plain = heading.lowercased().filter { $0.isLetter }
    guard plain.hasPrefix("hashed") else { return nil }
    self.init(letters: String(plain.dropFirst(6)))
  }

  /// Whether a hash of the content is as good as the content: only what is equal counts.
  var isLabel: Bool {
    switch self {
    case .process, .database, .mirrorName: true
    default: false
    }
  }

  private init?(letters plain: String) {
    guard let found = Self.headings.first(where: { $0.value.contains(plain) })?.key else {
      return nil
    }
    self = found
  }

  /// Headings of IRIS and of tools that copy it, letters only; English, German, French, Spanish,
  /// Portuguese, Italian, Japanese.
  private static let headings: [Column: [String]] = [
    .address: [
      "address", "offset", "adresse", "dirección", "direccion", "endereço", "indirizzo", "アドレス",
    ],
    .previous: [
      "prevaddress", "prev", "previous", "previousaddress", "vorigeadresse", "adresseprécédente",
      "direcciónanterior", "endereçoanterior", "indirizzoprecedente", "前のアドレス",
    ],
    .next: [
      "nextaddress", "next", "nächsteadresse", "adressesuivante", "direcciónsiguiente",
      "próximoendereço", "indirizzosuccessivo", "次のアドレス",
    ],
    .process: [
      "processid", "procid", "pid", "process", "prozessid", "processus", "idproceso", "proceso",
      "processo", "プロセスid", "プロセス",
    ],
    .job: ["jobid"],
    .type: ["typename", "type", "typ", "tipo", "op", "タイプ", "種別"],
    .transaction: [
      "intransaction", "transaction", "intransaktion", "entransacción", "entransaction",
      "emtransação", "intransazione", "トランザクション中",
    ],
    .node: [
      "globalnode", "global", "node", "globalreference", "globalerknoten", "nodoglobal",
      "nœudglobal", "グローバルノード", "グローバル",
    ],
    .database: [
      "databasename", "database", "directory", "datenbank", "verzeichnis", "basededatos",
      "basededonnées", "bancodedados", "データベース",
    ],
    .mirrorName: ["mirrordatabasename"],
    .valueCount: ["numberofvalues", "nbrofvalues", "anzahlwerte", "númerodevalores", "値の数"],
    .newValue: [
      "newvalue", "neuerwert", "nuevovalor", "nouvellevaleur", "novovalor", "新しい値", "新値",
    ],
    .oldValue: [
      "oldvalue", "alterwert", "valoranterior", "anciennevaleur", "valorantigo", "古い値", "旧値",
    ],
    .time: [
      "timestamp", "time", "zeitstempel", "marcadetiempo", "horodatage", "timestamputc", "タイムスタンプ",
    ],
    .remoteSystem: ["remotesystemid"],
    .collation: ["collation", "collationsequence", "kollation"],
  ]
}
