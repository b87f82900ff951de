import FuzzTargets
import Glibc

/// The target that MJ_FUZZ_TARGET names.
private let target: FuzzTarget = {
  guard let name = getenv("MJ_FUZZ_TARGET"),
    let target = FuzzTarget(rawValue: String(cString: name))
  else { fatalError("MJ_FUZZ_TARGET names no target: \(FuzzTarget.allCases.map(\.rawValue))") }
  return target
}()

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own main function, as a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry point, by the name that SwiftPM gives the main function of this target.
@_cdecl("mjournal_fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>)
  -> CInt
{
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { start, count in
    target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
}
