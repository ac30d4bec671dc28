import Testing

@testable import MCP

@Suite struct HeaderValueTests {
    @Test(
        arguments: [
            ("search_memory", "search_memory"),
            ("", ""),
            ("=?base64?5pel5pys?=", "日本"),
            ("=?base64?YQ==?=", "a"),
            ("=?base64?YWI=?=", "ab"),
            ("=?base64?YWJj?=", "abc"),
            ("=?base64??=", ""),
            // No encoder writes these, so they are no encoding.
            ("=?base64?YQ==", "=?base64?YQ=="),
            ("=?BASE64?YQ==?=", "=?BASE64?YQ==?="),
            ("=?base64?=", "=?base64?="),
            // Bits left over, missing padding, foreign characters, no UTF-8.
            ("=?base64?YR==?=", nil),
            ("=?base64?YQ?=", nil),
            ("=?base64?YQ=?=", nil),
            ("=?base64?Y===?=", nil),
            ("=?base64?====?=", nil),
            ("=?base64?Y Q=?=", nil),
            ("=?base64?_-__?=", nil),
            ("=?base64?/w==?=", nil),
        ] as [(String, String?)]
    )
    func decoding(_ header: String, _ text: String?) {
        #expect(HeaderValue.decode(header) == text.map { Array($0.utf8) })
    }
}
