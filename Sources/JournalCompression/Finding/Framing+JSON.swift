internal import FoundationEssentials
public import MirrorJournal

extension Framing {
  /// The suffix of files of framings in the folder of layouts.
  public static let suffix = ".framing"

  private static let sizeLimit = 1 << 16

  /// Reads a framing from the JSON file at `path`.
  ///
  /// - Throws: `cannotOpen`, `badLayout` when the file holds no framing.
  public init(contentsOf path: String) throws(JournalError) {
    let bytes = try WholeFile.read(path, limit: Self.sizeLimit)
    guard let framing = try? JSONDecoder().decode(Framing.self, from: Data(bytes)) else {
      throw JournalError(
        .badLayout, "it holds no framing", in: path,
        advice: "framings are written by 'mjournal decompress --write-framing'")
    }
    self = framing
  }

  /// The framing as JSON, keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Writes the framing as JSON; the file gets its name when it is whole.
  ///
  /// - Parameter files: what the run reads: no such file is replaced.
  /// - Throws: `targetExists` unless `force`, `cannotWrite`.
  public func write(
    to path: String, force: Bool = false, files: RunFiles = RunFiles()
  ) throws(JournalError) {
    try WholeFile.write(Array(json.utf8), to: path, force: force, files: files)
  }

  /// The framings in `folder`, `NAME.framing` each; files that hold none are left out.
  public static func all(in folder: LayoutFolder) -> [Framing] {
    folder.files.filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted().compactMap {
      try? Framing(contentsOf: folder.path + "/" + $0)
    }
  }
}
