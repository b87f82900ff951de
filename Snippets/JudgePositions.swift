// Judges the positions in the logs of all members. Run: swift run JudgePositions LOG…
import MirrorLog
import MirrorPositions

let inputs = CommandLine.arguments.dropFirst().map { LogInput(argument: $0) }
let positions = MirrorPositions(try MirrorLogs(reading: inputs))
for finding in positions.findings { print(finding.severity, finding.sentence) }
print(positions.answer)
