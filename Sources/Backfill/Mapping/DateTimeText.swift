/// Dates and times as the database writes them (`DateStyle` ISO, `TimeZone` UTC), made into RFC 3339.
enum DateTimeText {
    /// Longer text is no time that anybody wrote.
    static let maximumLength = 64
    private static let dateLength = 10

    /// `2026-01-31`, as it is.
    static func appendDate(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ValueFault) {
        guard text.count == dateLength, isDate(text) else { throw fault(text) }
        output.append(contentsOf: text)
    }

    /// `2026-01-31 10:00:00.5+00` becomes `2026-01-31T10:00:00.5Z`. What has no zone is taken as UTC.
    static func appendTimestamp(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ValueFault) {
        guard text.count >= 19, isDate(text), text[10] == UInt8(ascii: " "), let end = endOfTime(text, from: 11) else {
            throw fault(text)
        }
        guard let zone = Zone(text, from: end) else { throw fault(text) }
        output.append(contentsOf: text[..<10])
        output.append(UInt8(ascii: "T"))
        output.append(contentsOf: text[11..<end])
        if zone.isUTC {
            output.append(UInt8(ascii: "Z"))
        } else {
            output.append(contentsOf: text[end...])
            if !zone.hasMinutes { output.append(contentsOf: ":00".utf8) }
        }
    }

    /// What stands behind the time: nothing, `+01` or `-03:30`.
    private struct Zone {
        var isUTC = true
        var hasMinutes = true

        init?(_ text: UnsafeRawBufferPointer, from start: Int) {
            guard start < text.count else { return }
            guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
                let hours = number(text, at: start + 1, count: 2), hours < 24
            else { return nil }
            var minutes = 0
            switch text.count - start {
            case 3: hasMinutes = false
            case 6:
                guard text[start + 3] == UInt8(ascii: ":"), let value = number(text, at: start + 4, count: 2),
                    value < 60
                else { return nil }
                minutes = value
            default: return nil
            }
            isUTC = hours == 0 && minutes == 0
        }
    }

    private static func fault(_ text: UnsafeRawBufferPointer) -> ValueFault {
        if text.elementsEqual("infinity".utf8) || text.elementsEqual("-infinity".utf8) { return .infiniteTime }
        let yearDigits = text.prefix { $0 &- UInt8(ascii: "0") < 10 }.count
        let isBeforeChrist = text.count > 3 && text.suffix(3).elementsEqual(" BC".utf8)
        if yearDigits > 4 || isBeforeChrist { return .yearOutOfRange }
        return .malformed("an ISO date or time")
    }

    /// Whether the first ten bytes are a day that there is, in the years 1 to 9999.
    private static func isDate(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = number(text, at: 0, count: 4), year > 0,
            let month = number(text, at: 5, count: 2), (1...12).contains(month),
            let day = number(text, at: 8, count: 2), day > 0
        else { return false }
        return day <= 28 || day <= daysIn(month, of: year)
    }

    /// `10:00:00.5`: the offset past it.
    private static func endOfTime(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let hour = number(text, at: start, count: 2), hour < 24, text[start + 2] == UInt8(ascii: ":"),
            let minute = number(text, at: start + 3, count: 2), minute < 60, text[start + 5] == UInt8(ascii: ":"),
            let second = number(text, at: start + 6, count: 2), second < 60
        else { return nil }
        var at = start + 8
        guard at < text.count, text[at] == UInt8(ascii: ".") else { return at }
        at += 1
        let fraction = at
        while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at > fraction ? at : nil
    }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Exactly so many digits.
    private static func number(_ text: UnsafeRawBufferPointer, at start: Int, count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var value = 0
        for at in start..<start + count {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
