/// `number` with `decimals` digits behind the point; 0 when it is beyond all measure.
package func fixed(_ number: Double, _ decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
  let scaled = (number * Double(scale)).rounded()
  guard scaled.isFinite, abs(scaled) < 9e18 else { return "0" }
  let digits = Int(scaled)
  let sign = digits < 0 ? "-" : ""
  let whole = digits.magnitude / UInt(scale)
  guard decimals > 0 else { return "\(sign)\(whole)" }
  let fraction = String(digits.magnitude % UInt(scale))
  return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}
