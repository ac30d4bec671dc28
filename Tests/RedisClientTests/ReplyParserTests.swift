import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(2)))
struct ReplyParserTests {
    /// One of each kind, empty ones, arrays in arrays, errors and nulls inside arrays.
    static let replies = [
        "+OK\r\n", "+\r\n", "-ERR no\r\n", ":0\r\n", ":-9223372036854775808\r\n", ":9223372036854775807\r\n",
        "$0\r\n\r\n", "$5\r\na\r\nbc\r\n", "$-1\r\n", "*0\r\n", "*-1\r\n",
        "*3\r\n$1\r\na\r\n*2\r\n:1\r\n-WRONGTYPE x\r\n$-1\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n$4\r\ndeep\r\n",
        "*1\r\n*2\r\n$1\r\ns\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*2\r\n$3\r\n1-2\r\n*-1\r\n",
    ]

    /// Replies and what is wrong at last, as text that is easy to compare.
    private static func parse(_ bytes: [UInt8], cuts: [Int]) -> [String] {
        var parser = ReplyParser()
        var found: [String] = []
        var start = 0
        for end in cuts + [bytes.count] {
            bytes[start..<end].withUnsafeBytes { parser.feed($0) }
            start = end
            do throws(RedisError) {
                while let reply = try parser.next() { found.append(describe(reply)) }
            } catch {
                return found + ["\(error.code)"]
            }
        }
        return found
    }

    private static func describe(_ reply: RedisReply) -> String {
        reply.tokens.map { token in
            let text = reply.slice(token).map { String(decoding: $0, as: UTF8.self) }
            return "\(token.kind) \(text ?? "\(token.value)")"
        }
        .joined(separator: ", ")
    }

    @Test func wholeRepliesBecomeTheirTapes() {
        let whole = Self.parse(Array(Self.replies.joined().utf8), cuts: [])
        #expect(
            whole == [
                "status OK", "status ", "error ERR no", "integer 0", "integer \(Int.min)", "integer \(Int.max)",
                "string ", "string a\r\nbc", "null 0", "array 0", "null 0",
                "array 3, string a, array 2, integer 1, error WRONGTYPE x, null 0",
                "array 1, array 1, array 1, array 1, array 1, array 1, array 1, string deep",
                "array 1, array 2, string s, array 2, array 2, string 1-1, array 2, string f, string v, "
                    + "array 2, string 1-2, null 0",
            ]
        )
    }

    @Test func cutAnywhereTheTapesAreTheSame() {
        let bytes = Array(Self.replies.joined().utf8)
        let whole = Self.parse(bytes, cuts: [])
        #expect(Self.parse(bytes, cuts: Array(1..<bytes.count)) == whole)
        for cut in 1..<bytes.count {
            #expect(Self.parse(bytes, cuts: [cut]) == whole, "cut at \(cut)")
        }
        for _ in 0..<500 {
            let cuts = (0..<Int.random(in: 1...9)).map { _ in Int.random(in: 0...bytes.count) }.sorted()
            #expect(Self.parse(bytes, cuts: cuts) == whole, "cuts at \(cuts)")
        }
    }

    @Test func aStringOfFiveMegabytesInSmallReads() throws {
        let value = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bytes = Array("$\(value.count)\r\n".utf8) + value + Array("\r\n:1\r\n".utf8)
        var parser = ReplyParser()
        var replies: [RedisReply] = []
        for start in stride(from: 0, to: bytes.count, by: 1_000) {
            bytes[start..<min(start + 1_000, bytes.count)].withUnsafeBytes { parser.feed($0) }
            while let reply = try parser.next() { replies.append(reply) }
        }
        #expect(replies.count == 2)
        #expect(replies.first?.text.map { Array($0) } == value)
        #expect(replies.last?.integer == 1)
    }

    /// Kinds of RESP3 are among them: a server sends those to nobody who has not asked, so they are garbage here, and
    /// hiredis 1.x would take them.
    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "$-2\r\n", ":1x\r\n", "*-2\r\n",
        "_x\r\n", "#t\r\n", ",1.5\r\n", "(123\r\n", "=5\r\ntxt:a\r\n", "%1\r\n:1\r\n:2\r\n", "~1\r\n:1\r\n",
        ">1\r\n:1\r\n",
        "*1\r\n#t\r\n", "*2\r\n,1.5\r\n:1\r\n",
    ])
    func garbageIsAProtocolViolation(_ bytes: String) {
        let found = Self.parse(Array((":7\r\n" + bytes + String(repeating: ":1\r\n", count: 8)).utf8), cuts: [])
        #expect(found == ["integer 7", "protocol_violation"])
    }
}
