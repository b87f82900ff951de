// Prints the KILLs below a global, oldest first. Run: swift run FilterRecords FILE '^WRD.Bed'
import JournalQuery
import MirrorJournal

let journal = try Journal(path: CommandLine.arguments[1])
let kills = RecordFilter.allOf([
  .types([.kill]), .global(try GlobalPattern(CommandLine.arguments[2])),
])
var line = TextBuffer()
try kills.forEachRecord(of: journal, damaged: { print("damaged: \($0)") }) { record in
  line.removeAll()
  line.append(decimal: record.address)
  line.append(" ")
  record.key()?.appendReference(to: &line)
  print(line.string)
}
