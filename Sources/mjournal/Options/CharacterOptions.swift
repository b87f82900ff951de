import ArgumentParser
import JournalQuery

/// Which characters text is drawn with.
struct CharacterOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Draw with ASCII characters only.",
      discussion: "By itself where LC_ALL, LC_CTYPE or LANG names another set than UTF-8."))
  var ascii = false

  /// Whether ASCII was asked for, or is all that the locale has.
  var isASCII: Bool { ascii || TextLocale.name != nil && !TextLocale.isUTF8 }
}
