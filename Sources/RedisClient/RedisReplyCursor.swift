/// Walks a reply's values in order. A shape other than the expected one throws `unexpectedReply`: the server is not what
/// it seems.
package struct RedisReplyCursor {
    private let reply: RedisReply
    private var index = 0

    init(_ reply: RedisReply) {
        self.reply = reply
    }

    package var isAtEnd: Bool { index == reply.tokens.count }

    /// The element count; nil for null.
    package mutating func array() throws(RedisError) -> Int? {
        let token = try next()
        switch token.kind {
        case .array: return token.value
        case .null: return nil
        default: throw unexpected("an array", token)
        }
    }

    /// A string; nil for null.
    package mutating func string() throws(RedisError) -> ArraySlice<UInt8>? {
        let token = try next()
        if token.kind == .null { return nil }
        guard let slice = reply.slice(token), token.kind != .error else { throw unexpected("a string", token) }
        return slice
    }

    /// An integer, or a string that is one.
    package mutating func integer() throws(RedisError) -> Int {
        let token = try next()
        if token.kind == .integer { return token.value }
        guard let slice = reply.slice(token), let value = Int(String(decoding: slice, as: UTF8.self)) else {
            throw unexpected("an integer", token)
        }
        return value
    }

    /// A string, or an integer as text; nil for null.
    package mutating func scalarText() throws(RedisError) -> String? {
        let token = try next()
        switch token.kind {
        case .null: return nil
        case .integer: return String(token.value)
        case .string, .status: return reply.slice(token).map { String(decoding: $0, as: UTF8.self) }
        case .array, .error: throw unexpected("a string or an integer", token)
        }
    }

    /// Passes over one value with all that it holds.
    package mutating func skip() throws(RedisError) {
        var remaining = 1
        while remaining > 0 {
            let token = try next()
            remaining -= 1
            if token.kind == .array { remaining += token.value }
        }
    }

    private mutating func next() throws(RedisError) -> RedisReply.Token {
        guard index < reply.tokens.count else {
            throw RedisError(.unexpectedReply, "the reply ends where another value was expected")
        }
        defer { index += 1 }
        return reply.tokens[index]
    }

    private func unexpected(_ expected: String, _ token: RedisReply.Token) -> RedisError {
        if token.kind == .error, let slice = reply.slice(token) {
            return RedisError(server: String(decoding: slice, as: UTF8.self))
        }
        return RedisError(.unexpectedReply, "expected \(expected), got \(token.kind)")
    }
}
