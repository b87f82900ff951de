/// Files that hold compressed parts and are no journal: archives, repositories, images, documents.
enum OtherFormats {
  /// By their first bytes.
  private static let beginnings: [[UInt8]] = [
    // zip, jar, office documents; 7z; rar; xz; bzip2; ar and deb; cpio; rpm; git packs and indexes.
    Array("PK\u{3}\u{4}".utf8), Array("PK\u{5}\u{6}".utf8), [0x37, 0x7A, 0xBC, 0xAF],
    Array("Rar!".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A], Array("BZh".utf8), Array("!<arch>".utf8),
    Array("070701".utf8), Array("070702".utf8), Array("070707".utf8), [0xED, 0xAB, 0xEE, 0xDB],
    Array("PACK".utf8), Array("DIRC".utf8), [0xFF, 0x74, 0x4F, 0x63],
    // Executables, images, documents, databases, file systems.
    [0x7F, 0x45, 0x4C, 0x46], Array("MZ".utf8), [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF],
    Array("GIF8".utf8), Array("%PDF".utf8), Array("SQLite format 3".utf8), Array("hsqs".utf8),
    Array("RIFF".utf8), Array("OggS".utf8), Array("fLaC".utf8), Array("QFI".utf8),
  ]

  /// Whether the file begins like one of them.
  static func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if beginnings.contains(where: {
      $0.count <= bytes.count && $0.elementsEqual(bytes.prefix($0.count))
    }) {
      return true
    }
    // tar states what it is in its first entry.
    return bytes.count >= 512 && bytes[257..<262].elementsEqual(Array("ustar".utf8))
  }
}
