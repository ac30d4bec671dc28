import JSON
import Memory

/// Writes a column's text as a JSON value. Owns the memory that some of them need on the way.
struct ValueWriter: Sendable {
    /// Objects and arrays around the innermost value of one field.
    private let maximumDepth: Int
    private var element: [UInt8] = []
    private var shown: [UInt8] = []
    private var document = JSONDocument()

    init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

    /// - Parameter text: valid UTF-8. What was written before a fault stays in `output`.
    mutating func append(
        _ text: UnsafeRawBufferPointer,
        as conversion: ValueConversion,
        to output: inout [UInt8]
    ) throws(ValueFault) {
        switch conversion {
        case .boolean: try Self.appendBoolean(text, to: &output)
        case .integer: try NumberText.appendInteger(text, to: &output)
        case .number: try NumberText.appendNumber(text, to: &output)
        case .string: output.appendJSONString(text.assumingMemoryBound(to: UInt8.self))
        case .shown(let type):
            shown.removeAll(keepingCapacity: true)
            ShownText.append(text, type, to: &shown)
            shown.withUnsafeBufferPointer { output.appendJSONString($0) }
        case .date:
            output.append(UInt8(ascii: "\""))
            try DateTimeText.appendDate(text, to: &output)
            output.append(UInt8(ascii: "\""))
        case .timestamp:
            output.append(UInt8(ascii: "\""))
            try DateTimeText.appendTimestamp(text, to: &output)
            output.append(UInt8(ascii: "\""))
        case .datetimeText:
            guard text.count <= DateTimeText.maximumLength, RFC3339.isDateOrTime(ArraySlice(text)) else {
                throw .noDateTime
            }
            output.appendJSONString(text.assumingMemoryBound(to: UInt8.self))
        case .json(let kind):
            try document.check(text, kind, maximumDepth: maximumDepth)
            output.append(contentsOf: text)
        case .jsonString:
            if try document.check(text, nil, maximumDepth: maximumDepth) == .string {
                output.append(contentsOf: text)
            } else {
                output.appendJSONString(text.assumingMemoryBound(to: UInt8.self))
            }
        case .array(let conversion): try appendArray(text, of: conversion, to: &output)
        }
    }

    private static func appendBoolean(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ValueFault) {
        switch text.count == 1 ? text[0] : 0 {
        case UInt8(ascii: "t"): output.append(contentsOf: "true".utf8)
        case UInt8(ascii: "f"): output.append(contentsOf: "false".utf8)
        default: throw .malformed("a boolean")
        }
    }

    private mutating func appendArray(
        _ text: UnsafeRawBufferPointer,
        of conversion: ValueConversion,
        to output: inout [UInt8]
    ) throws(ValueFault) {
        var reader = try ArrayTextReader(text)
        var needsComma = false
        while let token = try reader.next() {
            if needsComma, token != .close { output.append(UInt8(ascii: ",")) }
            needsComma = token != .open
            switch token {
            case .open: output.append(UInt8(ascii: "["))
            case .close: output.append(UInt8(ascii: "]"))
            case .null: output.append(contentsOf: "null".utf8)
            case .element(let range, let hasEscapes):
                let part = UnsafeRawBufferPointer(rebasing: text[range])
                if hasEscapes {
                    try appendEscaped(part, as: conversion, to: &output)
                } else {
                    try append(part, as: conversion, to: &output)
                }
            }
        }
    }

    private mutating func appendEscaped(
        _ part: UnsafeRawBufferPointer,
        as conversion: ValueConversion,
        to output: inout [UInt8]
    ) throws(ValueFault) {
        // Taken out, so that it can be read while `self` is changed.
        var unescaped: [UInt8] = []
        swap(&unescaped, &element)
        defer { swap(&unescaped, &element) }
        ArrayTextReader.unescape(part, into: &unescaped)
        try unescaped.withUnsafeBufferPointer { buffer throws(ValueFault) in
            try append(UnsafeRawBufferPointer(buffer), as: conversion, to: &output)
        }
    }
}
