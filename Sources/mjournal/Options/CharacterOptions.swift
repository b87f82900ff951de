import ArgumentParser
import JournalQuery
import MirrorJournal
import MirrorPositions

/// Which characters text is drawn with.
struct CharacterOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Draw with ASCII characters; others in keys and values are written as $c(n).",
      discussion: "By itself where LC_ALL, LC_CTYPE or LANG names another set than UTF-8."))
  var ascii = false

  /// Whether ASCII was asked for, or is all that the locale has.
  var isASCII: Bool { ascii || TextLocale.name != nil && !TextLocale.isUTF8 }

  /// As wide as the terminal or COLUMNS, with thousands apart on a terminal.
  var style: TextStyle {
    var style = TextStyle()
    style.width = StandardOutput.knownWidth
    style.groupsDigits = StandardOutput.isTerminal
    style.isASCII = isASCII
    return style
  }

  /// The same for lines of records, which are cut on a terminal only: what is piped on is whole, whatever
  /// COLUMNS says.
  var lineStyle: TextStyle {
    var style = style
    if !StandardOutput.isTerminal { style.width = nil }
    return style
  }

  /// The same for reports about mirrors, with colour where it is wanted.
  var reportStyle: ReportStyle {
    ReportStyle(usesColour: StandardOutput.wantsColour, text: style)
  }
}
