/// What all SVG pictures have: their frame and their words.
package enum SVGText {
  /// The first lines of a picture of this size, white all over; `</svg>` ends it.
  package static func head(width: Double, height: Double) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" "
      + "font-family=\"sans-serif\" font-size=\"12\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
  }

  /// `text` at a place.
  package static func text(
    _ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 12
  ) -> String {
    "<text x=\"\(fixed(x, 1))\" y=\"\(fixed(y, 1))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" "
      + "fill=\"#333\">\(escaped(text))</text>"
  }

  /// File names and keys may hold what means something in XML, and what XML does not allow or a
  /// reader does not see.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where !scalar.isPrintable:
        result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
