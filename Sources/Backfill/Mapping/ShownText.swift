/// A column's value as people read it.
enum ShownText {
    /// Booleans become words, times RFC 3339, arrays lists, and padding is taken off; everything else, and what is none of these, stays as the
    /// database writes it.
    static func append(_ text: UnsafeRawBufferPointer, _ type: ColumnType, to output: inout [UInt8]) {
        let start = output.count
        do throws(ValueFault) {
            switch type {
            case .boolean: appendBoolean(text, to: &output)
            case .date: try DateTimeText.appendDate(text, to: &output)
            case .timestamp: try DateTimeText.appendTimestamp(text, to: &output)
            case .array(let element): try appendList(text, of: element, to: &output)
            case .paddedText: output.append(contentsOf: text.prefix(lengthWithoutPadding(text)))
            case .integer, .float, .numeric, .text, .uuid, .time, .interval, .json, .bytea, .enumeration, .other:
                output.append(contentsOf: text)
            }
        } catch {
            output.removeSubrange(start...)
            output.append(contentsOf: text)
        }
    }

    private static func lengthWithoutPadding(_ text: UnsafeRawBufferPointer) -> Int {
        text.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
    }

    private static func appendBoolean(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        switch text.count == 1 ? text[0] : 0 {
        case UInt8(ascii: "t"): output.append(contentsOf: "true".utf8)
        case UInt8(ascii: "f"): output.append(contentsOf: "false".utf8)
        default: output.append(contentsOf: text)
        }
    }

    /// The elements with a comma between them, whatever dimension they are of; nulls are left out.
    private static func appendList(
        _ text: UnsafeRawBufferPointer,
        of type: ColumnType,
        to output: inout [UInt8]
    ) throws(ValueFault) {
        var reader = try ArrayTextReader(text)
        var unescaped: [UInt8] = []
        var isFirst = true
        while let token = try reader.next() {
            guard case .element(let range, let hasEscapes) = token else { continue }
            if !isFirst { output.append(contentsOf: ", ".utf8) }
            isFirst = false
            let part = UnsafeRawBufferPointer(rebasing: text[range])
            if hasEscapes {
                ArrayTextReader.unescape(part, into: &unescaped)
                unescaped.withUnsafeBytes { append($0, type, to: &output) }
            } else {
                append(part, type, to: &output)
            }
        }
    }
}
