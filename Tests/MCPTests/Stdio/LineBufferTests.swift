import Testing

@testable import MCP

@Suite struct LineBufferTests {
    /// Chunks, and the lines that they make: `!` for one that is too long.
    @Test(
        arguments: [
            (["a\nb\n"], ["a", "b"], nil),
            (["a", "b", "\n"], ["ab"], nil),
            (["\n\n\na\n\n"], ["a"], nil),
            (["12345678\n"], ["12345678"], nil),
            (["123456789\nx\n"], ["!", "x"], nil),
            (["1234", "56789", "0123", "4\nx\n"], ["!", "x"], nil),
            (["123456789"], ["!"], nil),
            (["a\nrest"], ["a"], "rest"),
            ([""], [], nil),
        ] as [([String], [String], String?)]
    )
    func lines(_ chunks: [String], _ expected: [String], _ rest: String?) {
        var buffer = LineBuffer(maximumBytes: 8)
        var lines: [String] = []
        for chunk in chunks {
            Array(chunk.utf8).withUnsafeBytes { bytes in
                lines += buffer.append(bytes).map(Self.text)
            }
        }
        #expect(lines == expected)
        let ends = [buffer.finish(), buffer.finish()]
        #expect(ends.map { $0.map(Self.text) } == [rest, nil])
    }

    private static func text(_ line: LineBuffer.Line) -> String {
        switch line {
        case .complete(let bytes): String(decoding: bytes, as: UTF8.self)
        case .tooLong: "!"
        }
    }
}
