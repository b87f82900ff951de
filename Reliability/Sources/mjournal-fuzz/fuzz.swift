import FuzzTargets
import Glibc

/// The target that MJ_FUZZ_TARGET names.
private let target: FuzzTarget = {
  guard let name = getenv("MJ_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name))
  else { fatalError("MJ_FUZZ_TARGET names no target: \(FuzzTarget.allCases.map(\.rawValue))") }
  return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
