/// `number` with `decimals` digits behind the point.
func fixed(_ number: Double, _ decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
  let scaled = (number * Double(scale)).rounded()
  guard scaled.isFinite, abs(scaled) < 9e18 else { return "-" }
  let digits = Int(scaled)
  let sign = digits < 0 ? "-" : ""
  let whole = digits.magnitude / UInt(scale)
  guard decimals > 0 else { return "\(sign)\(whole)" }
  let fraction = String(digits.magnitude % UInt(scale))
  return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// With three digits or more: `0.123`, `1.23`, `12.3`, `123`.
func significant(_ number: Double) -> String {
  fixed(number, number < 1 ? 3 : number < 10 ? 2 : number < 100 ? 1 : 0)
}

/// A duration with its unit.
func duration(_ seconds: Double) -> String {
  if seconds < 1e-3 { return significant(seconds * 1e6) + " µs" }
  if seconds < 1 { return significant(seconds * 1e3) + " ms" }
  return significant(seconds) + " s"
}
