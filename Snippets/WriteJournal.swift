// Writes a small journal of reference layout R2. Run: swift run WriteJournal FILE
import MirrorJournal

let writer = try JournalWriter(
  path: CommandLine.arguments[1], header: JournalHeader(),
  databases: [JournalDatabase(sfn: 1, directory: "/data/ehr/")],
  jobs: [JournalJob(jobID: 1, processID: 4711)])
let node = try GlobalReference(parsing: "^PATIENT(1042,\"name\")")
let first = try writer.append(RecordContent(.set, node, new: "UNGER,ELENA", sfn: 1))
try writer.append(RecordContent(.kill, node, old: "UNGER,ELENA", isInTransaction: true, sfn: 1))
try writer.close()
print("the first record stands at \(first)")
