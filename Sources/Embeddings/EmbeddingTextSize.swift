/// What a text takes up in a call, found in one pass over its bytes.
package struct EmbeddingTextSize: Sendable, Equatable {
    /// See `TokenEstimate`.
    package let estimatedTokens: Int
    /// As a JSON string with quotes and comma, at most.
    package let jsonBytes: Int

    /// - Parameter text: valid UTF-8.
    package init(of text: ArraySlice<UInt8>) {
        let span = text.span
        estimatedTokens = TokenEstimate.tokens(in: span)
        var escapes = 0
        for index in span.indices {
            let byte = span[index]
            if byte < 0x20 {
                // `\u001f` at the longest.
                escapes += 5
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                escapes += 1
            }
        }
        jsonBytes = span.count + escapes + 3
    }
}
