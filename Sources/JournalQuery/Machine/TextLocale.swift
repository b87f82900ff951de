internal import MirrorJournal

/// Which characters the terminal's settings allow.
public enum TextLocale {
  /// The setting that counts; nil when none is set.
  public static var name: String? {
    ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { pathVariable($0) }.first
  }

  /// Whether it says UTF-8.
  public static var isUTF8: Bool {
    let code = name?.uppercased() ?? ""
    return code.contains("UTF-8") || code.contains("UTF8")
  }
}
