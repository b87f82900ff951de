import Foundation
import JournalSamples

setenv("SWIFT_BACKTRACE", "enable=no", 1)
let arguments = Array(CommandLine.arguments.dropFirst())
do {
  exit(try Suites.run(arguments) ? 0 : 1)
} catch {
  FileHandle.standardError.write(Data("mjournal-reliability: \(error)\n".utf8))
  exit(2)
}
