import Glibc

/// Which parts of a file have no place on the disk, because nothing was ever written there.
enum FileHoles {
  /// Smaller ones are read, which costs less than they do.
  static let least = 1 << 20
  /// What lies behind so many is read.
  static let most = 4096

  // Linux' numbers (linux/fs.h), which Glibc shows to C with extensions only.
  private static let seekData: CInt = 3
  private static let seekHole: CInt = 4

  /// The holes in the first `size` bytes of the open file `descriptor`; none where the file system does not
  /// tell. The place at which `descriptor` reads is left as it was.
  static func find(in descriptor: Int32, size: Int) -> [Range<Int>] {
    guard size >= least else { return [] }
    let place = lseek(descriptor, 0, SEEK_CUR)
    defer { if place >= 0 { _ = lseek(descriptor, place, SEEK_SET) } }
    var holes: [Range<Int>] = []
    var start = 0
    while start < size, holes.count < most {
      let hole = lseek(descriptor, start, seekHole)
      guard hole >= start, hole < size else { break }
      // Behind the last data there are none; anything else that goes wrong means that nobody knows.
      let data = lseek(descriptor, hole, seekData)
      guard data > hole || data < 0 && errno == ENXIO else { break }
      let end = data < 0 ? size : min(data, size)
      if end - hole >= least { holes.append(hole..<end) }
      start = end
    }
    return holes
  }
}
