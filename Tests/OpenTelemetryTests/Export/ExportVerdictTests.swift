import HTTPTransport
import Testing

@testable import OpenTelemetry

@Suite struct ExportVerdictTests {
    private enum Kind { case accepted, refused, passing, cancelled }

    private func kind(_ verdict: ExportVerdict) -> Kind {
        switch verdict {
        case .accepted: .accepted
        case .refused: .refused
        case .passing: .passing
        case .cancelled: .cancelled
        }
    }

    @Test(arguments: [200, 202, 299])
    func accepted(_ status: Int) {
        #expect(ExportVerdict(HTTPResponse(status: status)) == .accepted(rejected: 0))
    }

    /// Only these may be tried again, says the protocol.
    @Test(arguments: [429, 502, 503, 504])
    func passing(_ status: Int) {
        let response = HTTPResponse(status: status, headers: [("retry-after", "7")])
        guard case .passing(let failure, let retryAfter) = ExportVerdict(response) else {
            Issue.record("\(status) is not tried again")
            return
        }
        #expect(failure.reason == "the collector answered \(status)")
        #expect(retryAfter == .seconds(7))
    }

    @Test(arguments: [301, 400, 401, 403, 404, 405, 408, 413, 415, 500, 501])
    func refused(_ status: Int) {
        guard case .refused(let failure) = ExportVerdict(HTTPResponse(status: status)) else {
            Issue.record("\(status) is tried again")
            return
        }
        #expect(failure.reason == "the collector answered \(status)")
        #expect(!failure.hint.isEmpty)
    }

    @Test(arguments: [
        (#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#, 3),
        (#"{"partialSuccess":{"rejectedSpans":4}}"#, 4),
        (#"{"partialSuccess":{"rejectedSpans":"-1"}}"#, 0),
        (#"{"partialSuccess":{}}"#, 0),
        (#"{"partialSuccess":null}"#, 0),
        ("{}", 0),
        ("", 0),
        ("all well", 0),
    ])
    func partialSuccess(_ body: String, _ rejected: Int) {
        #expect(ExportVerdict(HTTPResponse(status: 200, body: Array(body.utf8))) == .accepted(rejected: rejected))
    }

    @Test func errorsOfTheTransport() {
        let table: [(HTTPTransportError.Code, Kind)] = [
            (.cannotResolve, .passing), (.cannotConnect, .passing), (.tlsFailed, .passing), (.timedOut, .passing),
            (.connectionLost, .passing), (.queueFull, .passing), (.invalidResponse, .passing),
            (.responseTooLarge, .passing), (.invalidRequest, .refused), (.cancelled, .cancelled), (.closed, .cancelled),
        ]
        for (code, expected) in table {
            #expect(kind(ExportVerdict(HTTPTransportError(code, "", url: "http://127.0.0.1"))) == expected, "\(code)")
        }
    }
}
