internal import CJournalSupport

/// Which release this is.
public enum Release {
  /// As in CHANGELOG.md.
  public static let version = "0.2.0"

  /// The commit it was built from; nil where the build did not say.
  public static var commit: String? {
    let text = unsafe String(cString: mj_commit())
    return text.isEmpty ? nil : text
  }
}
