/// One reply as a flat tape: tokens in depth-first order beside one buffer of bytes. A read of 256 jobs is two
/// allocations, whatever it holds.
package struct RedisReply: Sendable {
    package enum Kind: UInt8, Sendable {
        case string
        case array
        case integer
        case null
        case status
        case error
    }

    struct Token: Sendable {
        /// The integer, the element count of an array, or where the string begins in `bytes`.
        var value: Int
        var length: UInt32
        var kind: Kind
    }

    var tokens: [Token] = []
    var bytes: [UInt8] = []

    /// The buffer that the slices of this reply share.
    package var storage: [UInt8] { bytes }

    /// Reads the values in order.
    package var cursor: RedisReplyCursor { RedisReplyCursor(self) }

    package var kind: Kind { tokens[0].kind }

    /// Of a string, status or error; nil for the rest.
    package var text: ArraySlice<UInt8>? { slice(tokens[0]) }

    package var integer: Int? {
        let root = tokens[0]
        return root.kind == .integer ? root.value : nil
    }

    /// The server's own error, when it is one.
    package var error: RedisError? {
        guard kind == .error, let text else { return nil }
        return RedisError(server: String(decoding: text, as: UTF8.self))
    }

    func slice(_ token: Token) -> ArraySlice<UInt8>? {
        switch token.kind {
        case .string, .status, .error: bytes[token.value..<token.value + Int(token.length)]
        case .array, .integer, .null: nil
        }
    }
}
