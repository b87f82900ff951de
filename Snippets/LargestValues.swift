// Prints the ten largest values of a journal. Run: swift run LargestValues FILE
import MirrorJournal

let journal = try Journal(path: CommandLine.arguments[1])
var largest: [(bytes: Int, address: JournalAddress)] = []
try journal.forEachRecord(damaged: { print("damaged: \($0)") }) { record in
  for index in 0..<record.valueCount where record.type.hasKeyAndValues {
    let bytes = try journal.withValue(index, of: record) { value, _ in value.byteCount }
    guard largest.count < 10 || bytes > largest[9].bytes else { continue }
    largest.append((bytes, record.address))
    largest.sort { $0.bytes > $1.bytes }
    if largest.count > 10 { largest.removeLast() }
  }
}
for (bytes, address) in largest { print(address, bytes) }
