extension Unicode.Scalar {
  /// Columns that a terminal gives the character: 2 for the wide ones of East Asia, 0 for marks on others.
  package var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

extension StringProtocol {
  /// Columns that a terminal gives the text, in which escape sequences for colour take none.
  package var columns: Int {
    var count = 0
    var isEscape = false
    for scalar in unicodeScalars {
      if isEscape {
        isEscape = scalar != "m"
      } else if scalar == "\u{1B}" {
        isEscape = true
      } else {
        count += scalar.columns
      }
    }
    return count
  }
}

extension String {
  /// The text in at most `width` columns, with a mark for what was cut off at its end, or at its beginning.
  package func cut(to width: Int, keepingEnd: Bool = false, _ style: TextStyle) -> String {
    guard columns > width else { return self }
    var room = max(0, width - 1)
    var kept = String.UnicodeScalarView()
    for scalar in keepingEnd ? Array(unicodeScalars.reversed()) : Array(unicodeScalars) {
      room -= scalar.columns
      if room < 0 { break }
      kept.append(scalar)
    }
    if width <= 0 { return "" }
    if keepingEnd { return style.ellipsis + String(String.UnicodeScalarView(kept.reversed())) }
    return String(kept) + style.ellipsis
  }

  /// The lines of the text, folded at blanks where they are longer than `width` columns; what follows
  /// stands `hang` columns to the right of where the line began.
  package func folded(to width: Int?, hang: Int = 2) -> String {
    guard let width else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.columns <= width ? String(line) : fold(line, width, hang)
    }.joined(separator: "\n")
  }
}

private func fold(_ line: Substring, _ width: Int, _ hang: Int) -> String {
  let start = line.prefix { $0 == " " }.count
  let indent = String(repeating: " ", count: min(start + hang, width / 2))
  var folded = ""
  var current = ""
  var rest = line
  while !rest.isEmpty {
    let gap = rest.prefix { $0 == " " }
    var word = rest.dropFirst(gap.count).prefix { $0 != " " }
    rest = rest.dropFirst(gap.count + word.count)
    if (current + gap + word).columns <= width {
      current += gap + word
      continue
    }
    if current.columns > indent.count || !folded.isEmpty && current != indent {
      folded += current + "\n"
      current = indent
    } else {
      current += gap
    }
    // A path is broken behind a slash, what has none anywhere.
    while (current + word).columns > width {
      let room = max(1, width - current.columns)
      var part = Substring(word.unicodeScalars.prefix(room))
      if let slash = part.lastIndex(of: "/"), slash > part.startIndex { part = part[...slash] }
      folded += current + part + "\n"
      word = word[part.endIndex...]
      current = indent
    }
    current += word
  }
  return folded + current
}

extension TextBuffer {
  /// Cuts the line that begins at `start` to the style's width, with a mark.
  package mutating func cutLine(from start: Int, _ style: TextStyle) {
    // A character has no fewer bytes than columns.
    guard let width = style.width, count - start > width else { return }
    let line = withBytes { bytes in
      bytes.extracting(start..<count).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    guard line.columns > width else { return }
    truncate(to: start)
    append(line.cut(to: width, style))
  }
}
