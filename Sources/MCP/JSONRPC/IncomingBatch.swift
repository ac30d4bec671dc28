internal import JSON

/// Several messages in one array, as JSON-RPC has them and MCP had them in 2025-03-26.
enum IncomingBatch {
    static func isBatch(_ bytes: ArraySlice<UInt8>) -> Bool {
        let whitespace: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        return bytes.first { !whitespace.contains($0) } == UInt8(ascii: "[")
    }

    /// Where the messages stand.
    static func messages(
        _ bytes: ArraySlice<UInt8>,
        maximum: Int
    ) throws(InvalidMessage) -> [ArraySlice<UInt8>] {
        var messages: [ArraySlice<UInt8>] = []
        do throws(JSONError) {
            var scanner = JSONScanner(bytes)
            try scanner.beginArray()
            while try scanner.nextElement() {
                let range = try scanner.skipValue()
                if messages.count <= maximum { messages.append(bytes[range]) }
            }
            try scanner.finish()
        } catch {
            throw InvalidMessage(MCPError(.parseError, "invalid JSON: \(error)"))
        }
        guard !messages.isEmpty, messages.count <= maximum else {
            throw InvalidMessage(MCPError(.invalidRequest, "a batch has 1 to \(maximum) messages"))
        }
        return messages
    }

    /// The answers as one message; nil where there are none.
    static func join(_ answers: [Answer]) -> [UInt8]? {
        guard !answers.isEmpty else { return nil }
        var message: [UInt8] = [UInt8(ascii: "[")]
        message.reserveCapacity(answers.reduce(2) { $0 + $1.bytes.count + 1 })
        for (index, answer) in answers.enumerated() {
            if index > 0 { message.append(UInt8(ascii: ",")) }
            message.append(contentsOf: answer.bytes)
        }
        message.append(UInt8(ascii: "]"))
        return message
    }
}
