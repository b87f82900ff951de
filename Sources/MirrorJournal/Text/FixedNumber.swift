/// `number` with `decimals` digits behind the point; 0 when it is beyond all measure.
package func fixed(_ number: Double, _ decimals: Int) -> String {
  fixedIfFinite(number, decimals) ?? "0"
}

/// `number` with `decimals` digits behind the point; nil when it is beyond all measure.
func fixedIfFinite(_ number: Double, _ decimals: Int) -> String? {
  let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
  let scaled = (number * Double(scale)).rounded()
  guard scaled.isFinite, abs(scaled) < 9e18 else { return nil }
  let digits = Int(scaled)
  let sign = digits < 0 ? "-" : ""
  let (whole, fraction) = digits.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
  return decimals > 0 ? "\(sign)\(whole).\(padded(Int(fraction), decimals))" : "\(sign)\(whole)"
}
