/// A path as one word of a command that a person copies into a shell.
///
/// Every path in a command that is offered goes through here: the names of files are foreign text. The word is
/// printable, so what shows it needs to change nothing. `bash`, `zsh`, `ksh` and whatever else knows POSIX 2024
/// reads it back as the same bytes.
///
/// - Parameter path: as `FileName` has it; `-` stays what commands take for standard input.
public func shellWord(path: String) -> String {
  if path == "-" { return path }
  // What begins with a hyphen would be taken for an option.
  let path = path.hasPrefix("-") ? "./" + path : path
  let scalars = path.unicodeScalars
  if !path.isEmpty, scalars.allSatisfy(isPlain) { return path }
  guard scalars.allSatisfy(\.isPrintable) else { return escaped(path) }
  var word = "'"
  for scalar in scalars {
    if scalar == "'" { word += "'\\''" } else { word.unicodeScalars.append(scalar) }
  }
  return word + "'"
}

/// Whether no shell gives the character a meaning, wherever it stands in a word.
private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ":", ",", "@", "%": true
  default: scalar.value >= 0x80 && scalar.isPrintable && scalar.properties.isAlphabetic
  }
}

/// `$'…'`: octal numbers always have three digits there, hexadecimal ones end where a shell likes.
private func escaped(_ path: String) -> String {
  var word = "$'"
  for scalar in path.unicodeScalars {
    if scalar.isPrintable, !"'\\!".unicodeScalars.contains(scalar) {
      word.unicodeScalars.append(scalar)
      continue
    }
    for byte in FileName.bytes(String(scalar)) {
      let digits = String(byte, radix: 8)
      word += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
  return word + "'"
}
