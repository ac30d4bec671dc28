import Testing

@testable import HTTPTransport

@Suite struct ResponseHeadTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        let status: Int
        let headers: [String]
        let contentLength: Int?
        let isComplete: Bool
    }

    static let examples = [
        Example(
            testDescription: "names in lower case, values trimmed",
            lines: ["HTTP/1.1 200 OK\r\n", "Content-Length: 12\r\n", "X-Two:\t a b \r\n", "X-Empty:\r\n", "\r\n"],
            status: 200,
            headers: ["content-length=12", "x-two=a b", "x-empty="],
            contentLength: 12,
            isComplete: true
        ),
        Example(
            testDescription: "HTTP/2 has no reason",
            lines: ["HTTP/2 404 \r\n", "server: x\r\n", "\r\n"],
            status: 404,
            headers: ["server=x"],
            contentLength: nil,
            isComplete: true
        ),
        Example(
            testDescription: "interim responses leave nothing behind",
            lines: [
                "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "Content-Length: 9\r\n", "\r\n",
                "HTTP/1.1 201 Created\r\n", "A: b\r\n", "\r\n",
            ],
            status: 201,
            headers: ["a=b"],
            contentLength: nil,
            isComplete: true
        ),
        Example(
            testDescription: "trailers are dropped",
            lines: ["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n", "X-Late: 1\r\n", "\r\n"],
            status: 200,
            headers: ["a=b"],
            contentLength: nil,
            isComplete: true
        ),
        Example(
            testDescription: "a folded line continues the one before",
            lines: ["HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", " \r\n", "D: e\r\n", "\r\n"],
            status: 200,
            headers: ["a=b c ", "d=e"],
            contentLength: nil,
            isComplete: true
        ),
        Example(
            testDescription: "lines without a colon and lengths that are none are passed over",
            lines: ["HTTP/1.1 200 OK\r\n", "nonsense\r\n", "Content-Length: 1e3\r\n"],
            status: 200,
            headers: ["content-length=1e3"],
            contentLength: nil,
            isComplete: false
        ),
        Example(
            testDescription: "a length of 20 digits is beyond every bound",
            lines: ["HTTP/1.1 200 OK\r\n", "Content-Length: 99999999999999999999\r\n"],
            status: 200,
            headers: ["content-length=99999999999999999999"],
            contentLength: .max,
            isComplete: false
        ),
    ]

    @Test(arguments: examples)
    func takes(_ example: Example) {
        var head = ResponseHead(maximumBytes: 1_000)
        for line in example.lines {
            let isWithinBound = take(line, into: &head)
            #expect(isWithinBound)
        }
        #expect(head.status == example.status)
        #expect(head.headers.map { "\($0.name)=\($0.value)" } == example.headers)
        #expect(head.contentLength == example.contentLength)
        #expect(head.isComplete == example.isComplete)
    }

    @Test func boundCoversAllBlocks() {
        var head = ResponseHead(maximumBytes: 60)
        for line in ["HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 200 OK\r\n"] {
            let isWithinBound = take(line, into: &head)
            #expect(isWithinBound)
        }
        let isWithinBound = take("X-Padding: 12345678\r\n", into: &head)
        #expect(!isWithinBound)
    }

    private func take(_ line: String, into head: inout ResponseHead) -> Bool {
        Array(line.utf8).withUnsafeBytes { head.take(line: $0) }
    }
}
