/// Dates and times as text: RFC 3339, of which the store reads a little more and this checks what both allow.
package enum RFC3339 {
    /// From year 0000 to 9999, as four digits allow.
    private static let millisecondsExpressible: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// `2026-01-31T12:00:00.000Z`. A time that four digits of a year cannot express is moved to the nearest they can.
    ///
    /// - Parameter milliseconds: since the epoch, UTC.
    static func append(milliseconds: Int64, to output: inout [UInt8]) {
        let range = millisecondsExpressible
        let time = min(max(milliseconds, range.lowerBound), range.upperBound)
        let (days, ofDay) = floorDivide(time, 86_400_000)
        let date = civilDate(daysSinceEpoch: days)
        appendDigits(date.year, count: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(date.month, count: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(date.day, count: 2, to: &output)
        output.append(UInt8(ascii: "T"))
        appendDigits(ofDay / 3_600_000, count: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        appendDigits(ofDay / 60_000 % 60, count: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        appendDigits(ofDay / 1_000 % 60, count: 2, to: &output)
        output.append(UInt8(ascii: "."))
        appendDigits(ofDay % 1_000, count: 3, to: &output)
        output.append(UInt8(ascii: "Z"))
    }

    /// Whether this is a date (`2026-01-31`) or a date and time with an offset (`2026-01-31T12:00:00.5+01:00`).
    ///
    /// RFC 3339, section 5.6, with the space for the `T` that its note allows, and the date alone that the store reads
    /// as midnight UTC. A time without an offset is refused: nobody could say later which zone it was written in.
    package static func isDateOrTime(_ text: ArraySlice<UInt8>) -> Bool {
        var reader = DigitReader(rest: text)
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), (1...12).contains(month),
            (1...daysInMonth(month, year: year)).contains(day)
        else { return false }
        if reader.rest.isEmpty { return true }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" ") else { return false }
        guard isTimeOfDay(&reader) else { return false }
        if reader.skip("Z") || reader.skip("z") { return reader.rest.isEmpty }
        guard reader.skip("+") || reader.skip("-"), let hours = reader.digits(2), reader.skip(":"),
            let minutes = reader.digits(2)
        else { return false }
        return hours < 24 && minutes < 60 && reader.rest.isEmpty
    }

    /// Why this is neither, or nil.
    static func fault(_ text: ArraySlice<UInt8>) -> String? {
        if isDateOrTime(text) { return nil }
        return "is no RFC 3339 date or time; write 2026-01-31T12:00:00Z (with an offset) or 2026-01-31"
    }

    private static func isTimeOfDay(_ reader: inout DigitReader) -> Bool {
        guard let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2), reader.skip(":"),
            let second = reader.digits(2), hour < 24, minute < 60, second <= 60
        else { return false }
        guard reader.skip(".") else { return true }
        var fractionDigits = 0
        while reader.digits(1) != nil { fractionDigits += 1 }
        return fractionDigits > 0
    }

    private static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`: eras of 400 years, which
    /// begin on the first of March.
    private static func civilDate(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The remainder is never negative.
    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func appendDigits(_ value: Int64, count: Int, to output: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<count { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}

/// Reads fixed-width fields from the front of a text.
private struct DigitReader {
    var rest: ArraySlice<UInt8>

    /// Exactly `count` digits as a number, or nil and nothing read.
    mutating func digits(_ count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        var value = 0
        for byte in rest.prefix(count) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        rest = rest.dropFirst(count)
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
