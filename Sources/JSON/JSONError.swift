/// Where and why bytes are not the JSON that was asked for.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unexpectedEnd
        /// What stands there, and what the grammar or the reader wanted instead.
        case unexpected(UInt8, wanted: String)
        case trailingBytes
        case tooDeep
        case controlCharacterInString
        case invalidEscape
        case loneSurrogate
        case invalidUTF8
        case invalidNumber
        /// A whole number was wanted, and this one has a fraction or an exponent.
        case notAnInteger
        case numberOutOfRange
        /// JSON has neither infinities nor NaN.
        case notFinite
    }

    /// Bytes from the start of the document.
    package let offset: Int
    package let reason: Reason

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(explanation) at byte \(offset)" }

    private var explanation: String {
        switch reason {
        case .unexpectedEnd: "the JSON ends too early"
        case .unexpected(let byte, let wanted): "found \(Self.name(byte)) where \(wanted) was expected"
        case .trailingBytes: "there is something after the end of the JSON"
        case .tooDeep: "the JSON is nested deeper than \(JSONScanner.maximumDepth) levels"
        case .controlCharacterInString: "a control character in a string must be escaped"
        case .invalidEscape: "invalid escape sequence"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidNumber: "invalid number"
        case .notAnInteger: "a whole number was expected"
        case .numberOutOfRange: "the number is out of range"
        case .notFinite: "infinity and NaN cannot be written as JSON"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        (0x21...0x7e).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}
