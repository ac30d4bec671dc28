/// The one form of date that HTTP still sends (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
struct HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    let secondsSinceEpoch: Int

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = Self.months.firstIndex(where: { $0 == parts[2] }), let year = Int(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month + 1, day: day)
        secondsSinceEpoch = ((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]
    }

    /// Years that begin in March put the leap day last (Hinnant, "chrono-compatible low-level date algorithms").
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + dayOfYear - 719_468
    }
}
