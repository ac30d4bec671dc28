/// Figures as people read them.
enum Figures {
    /// `1,234,567`
    static func count(_ number: Int) -> String {
        let digits = Array(String(abs(number)))
        var grouped = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return grouped
    }

    /// With so many digits behind the point.
    static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        let whole = count(abs(scaled) / scale)
        let sign = scaled < 0 ? "-" : ""
        guard digits > 0 else { return sign + whole }
        let fraction = String(abs(scaled) % scale)
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// To the cent, and where it is less than a dollar to the hundredth of one.
    static func dollars(_ amount: Double) -> String {
        "$\(decimal(amount, digits: amount < 1 ? 4 : 2))"
    }

    /// `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "very long" }
        let whole = Int(seconds.rounded(.up))
        switch whole {
        case ..<100: return "\(max(0, whole)) s"
        case ..<6_000: return "\((whole + 30) / 60) min"
        case ..<172_800: return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
        default: return "\(whole / 86_400) d \(whole % 86_400 / 3_600) h"
        }
    }

    static func percent(_ part: Int, of whole: Int) -> Int {
        whole > 0 ? min(100, part * 100 / whole) : 100
    }
}
