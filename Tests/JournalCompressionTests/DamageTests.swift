import JournalCompression
import MirrorJournal
import Testing

/// Whatever happens to a container: it is noticed, it is named, and the rest stays readable.
@Suite struct DamageTests {
  private static let chunkSize = 65536
  private static let original = material(4 * chunkSize + 1000, seed: 11)
  /// Highly compressible, so that the whole file is small and every byte can be flipped.
  private static let small: [UInt8] = Array(
    (0..<3).flatMap { part in
      Array("SET ^PATIENT(\(part)) ".utf8) + [UInt8](repeating: UInt8(part), count: chunkSize - 17)
    }.prefix(3 * chunkSize - 100))

  /// What can be read of `path`, compared with `original`; the errors that were reported.
  private func examine(_ path: String, _ original: [UInt8], _ what: String) -> [JournalError] {
    do {
      guard let storage = try CompressedStorage(path: path) else {
        return [JournalError(.notAJournal, "not recognized")]
      }
      guard storage.count == original.count else {
        return [JournalError(.notAJournal, "another size")]
      }
      let (bytes, damaged) = try scan(storage)
      var expected = original
      for (error, addresses) in damaged {
        #expect(error.code == .compressedDamaged)
        let chunk = addresses.lowerBound / Self.chunkSize
        let name =
          "chunk \(chunk), journal addresses \(addresses.lowerBound)..<\(addresses.upperBound)"
        #expect(error.reason.hasPrefix(name) || error.reason.hasPrefix("chunks "), "\(what)")
        expected.replaceSubrange(addresses, with: [UInt8](repeating: 0, count: addresses.count))
        let one = #expect(throws: JournalError.self) {
          try storage.withBytes(addresses.lowerBound..<addresses.lowerBound + 1) { _ in }
        }
        #expect(one?.code == .compressedDamaged)
      }
      #expect(isSame(bytes, expected), "\(what): wrong bytes")
      return storage.damage + damaged.map(\.0)
    } catch let error as JournalError {
      #expect([.compressedDamaged, .shrank].contains(error.code), "\(what)")
      return [error]
    } catch {
      Issue.record("\(what): \(error)")
      return []
    }
  }

  @Test("every single byte of a file is guarded", arguments: JournalCodec.allCases)
  func everyByte(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let whole = try container(Self.small, codec)
    #expect(whole.count <= 8192)
    let intact = try scratch.write(whole, to: "z")
    #expect(examine(intact, Self.small, "intact") == [])
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 1 << UInt8.random(in: 0...7)
      let path = try scratch.write(damaged, to: "z")
      let errors = examine(path, Self.small, "byte \(position)")
      #expect(!errors.isEmpty, "byte \(position)")
      #expect(errors.allSatisfy { $0.code == .compressedDamaged }, "byte \(position)")
    }
  }

  @Test("damage in a chunk names that chunk and no other", arguments: JournalCodec.allCases)
  func oneChunk(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let whole = try container(Self.original, codec)
    let storage = try #require(try CompressedStorage(path: scratch.write(whole, to: "z")))
    for (chunk, entry) in storage.chunks.enumerated() {
      let frame = try #require(entry).frame
      for position in [frame.lowerBound, frame.lowerBound + frame.count / 2, frame.upperBound - 1] {
        var damaged = whole
        damaged[position] ^= 0x40
        let errors = examine(try scratch.write(damaged, to: "d"), Self.original, "\(position)")
        #expect(errors.count == 1)
        #expect(errors.first?.reason.hasPrefix("chunk \(chunk), ") == true)
      }
    }
  }

  @Test("zeroed and overwritten stretches are noticed", arguments: JournalCodec.allCases)
  func stretches(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let whole = try container(Self.original, codec)
    for start in stride(from: 0, to: whole.count, by: 4099) {
      for fill in [UInt8(0), 0xFF] {
        var damaged = whole
        let end = min(start + 5000, whole.count)
        damaged.replaceSubrange(start..<end, with: [UInt8](repeating: fill, count: end - start))
        guard damaged != whole else { continue }
        let path = try scratch.write(damaged, to: "d")
        #expect(!examine(path, Self.original, "\(start) \(fill)").isEmpty)
      }
    }
  }

  @Test("a cut file keeps the chunks before the cut", arguments: JournalCodec.allCases)
  func cut(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let whole = try container(Self.original, codec)
    let frames = try #require(try CompressedStorage(path: scratch.write(whole, to: "z"))).chunks
      .map { try #require($0).frame }
    for length in stride(from: 0, to: whole.count, by: 1997) {
      let path = try scratch.write(Array(whole[..<length]), to: "d")
      #expect(!examine(path, Self.original, "cut at \(length)").isEmpty)
      guard length >= 100 else { continue }
      let storage = try #require(try CompressedStorage(path: path))
      #expect(storage.damage.count == 1)
      let lost = try scan(storage).damaged.map(\.1.count).reduce(0, +)
      let kept = frames.prefix { $0.upperBound <= length }.count
      #expect(lost == max(0, Self.original.count - kept * Self.chunkSize), "cut at \(length)")
    }
  }

  @Test(
    "without an index all chunks are found, without one chunk the others",
    arguments: JournalCodec.allCases)
  func rebuilt(codec: JournalCodec) throws {
    let scratch = try Scratch()
    var damaged = try container(Self.original, codec)
    let storage = try #require(try CompressedStorage(path: scratch.write(damaged, to: "z")))
    let frames = try storage.chunks.map { try #require($0).frame }
    damaged[damaged.count - 20] ^= 1
    var rebuilt = try #require(try CompressedStorage(path: scratch.write(damaged, to: "d")))
    #expect(rebuilt.damage.count == 1)
    #expect(rebuilt.damage.first?.reason.contains("5 of 5 chunks") == true)
    #expect(rebuilt.chunks.map { $0?.frame } == frames)
    #expect(try scan(rebuilt).bytes == Self.original)

    let hole = frames[1].lowerBound..<frames[1].upperBound - 1
    damaged.replaceSubrange(hole, with: repeatElement(0xAA, count: hole.count))
    rebuilt = try #require(try CompressedStorage(path: scratch.write(damaged, to: "d")))
    #expect(rebuilt.chunks.map { $0?.frame } == [frames[0], nil, frames[2], frames[3], frames[4]])
    #expect(try scan(rebuilt).damaged.map(\.1) == [65536..<131072])
  }

  @Test(
    "bytes behind the footer are not taken for part of the file", arguments: JournalCodec.allCases)
  func appended(codec: JournalCodec) throws {
    let scratch = try Scratch()
    let whole = try container(Self.original, codec)
    let path = try scratch.write(whole + [0, 0, 0], to: "d")
    #expect(examine(path, Self.original, "appended").count == 1)
    let doubled = try scratch.write(whole + whole, to: "d")
    #expect(!examine(doubled, Self.original, "doubled").isEmpty)
  }
}
