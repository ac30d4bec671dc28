import HTTPTransport
import Testing

@testable import Embeddings

@Suite struct EmbeddingErrorTests {
    private static let key = "sk-proj-abcdefghijklmnop"

    private static func error(_ answer: Result<HTTPResponse, HTTPTransportError>) async -> EmbeddingError? {
        let configuration = OpenAIConfiguration(apiKey: key, baseURL: "https://api.test/v1", model: "m-1")
        let provider = OpenAIEmbeddings(configuration, client: ReplayingClient([answer]))
        return await #expect(throws: EmbeddingError.self) { try await provider.embed([ArraySlice("a".utf8)]) }
    }

    private static func error(
        _ status: Int,
        _ body: String = "{}",
        headers: [(name: String, value: String)] = []
    ) async -> EmbeddingError? {
        await error(.success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
    }

    @Test(arguments: [
        (400, EmbeddingError.Code.invalidInput), (413, .invalidInput), (422, .invalidInput), (401, .invalidKey),
        (403, .invalidKey), (402, .quotaExhausted), (404, .misconfigured), (301, .misconfigured),
        (405, .misconfigured), (418, .misconfigured), (204, .misconfigured), (408, .passing), (409, .passing),
        (429, .rateLimited), (500, .passing), (502, .passing), (503, .passing), (529, .passing),
    ])
    func statusesDecideWhoseFaultItIs(_ status: Int, _ code: EmbeddingError.Code) async {
        let error = await Self.error(status, #"{"error":{"message":"server's words","type":"t","code":null}}"#)
        #expect(error?.code == code)
        #expect(error?.message.contains("https://api.test/v1/embeddings answered \(status): server's words") == true)
    }

    @Test(arguments: [
        #"{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
        #"{"error":{"message":"m","code":"insufficient_quota"}}"#,
        #"{"error":{"message":"m","type":"insufficient_quota","code":null}}"#,
    ])
    func anExhaustedQuotaIsNoPassingThing(_ body: String) async {
        let error = await Self.error(429, body, headers: [(name: "retry-after", value: "1")])
        #expect(error?.code == .quotaExhausted && error?.retryAfter == nil)
    }

    @Test(
        arguments: [
            ([("retry-after", "20")], .seconds(20)), ([("retry-after", "0")], .zero),
            ([("retry-after", "1.5")], .seconds(1.5)),
            ([("retry-after-ms", "250"), ("retry-after", "1")], .milliseconds(250)),
            (
                [("date", "Wed, 28 Feb 2024 23:59:30 GMT"), ("retry-after", "Thu, 29 Feb 2024 00:00:05 GMT")],
                .seconds(35)
            ),
            (
                [("date", "Sun, 31 Dec 2023 23:59:59 GMT"), ("retry-after", "Mon, 01 Jan 2024 00:01:00 GMT")],
                .seconds(61)
            ),
            ([("date", "Wed, 28 Feb 2024 23:59:30 GMT"), ("retry-after", "Wed, 28 Feb 2024 23:00:00 GMT")], .zero),
            ([("retry-after", "Thu, 29 Feb 2024 00:00:05 GMT")], nil), ([("retry-after", "soon")], nil),
            ([("retry-after", "-1")], nil), ([("retry-after", "nan")], nil), ([("retry-after", "1e300")], nil),
            ([], nil),
            ([("x-ratelimit-reset-requests", "6m0s"), ("x-ratelimit-remaining-requests", "0")], .seconds(360)),
            (
                [
                    ("x-ratelimit-reset-requests", "1s"), ("x-ratelimit-remaining-requests", "5"),
                    ("x-ratelimit-reset-tokens", "7.66s"), ("x-ratelimit-remaining-tokens", "0"),
                ], .milliseconds(7660)
            ),
            ([("x-ratelimit-reset-requests", "8.64s"), ("x-ratelimit-reset-tokens", "12ms")], .milliseconds(12)),
            ([("retry-after", "2"), ("x-ratelimit-reset-tokens", "6m0s")], .seconds(2)),
            ([("x-ratelimit-reset-tokens", "-1")], nil),
        ] as [([(String, String)], Duration?)]
    )
    func readsHowLongToWait(_ headers: [(String, String)], _ wait: Duration?) async {
        let error = await Self.error(429, headers: headers.map { (name: $0.0, value: $0.1) })
        #expect(error?.code == .rateLimited && error?.retryAfter == wait)
    }

    @Test(
        arguments: [
            ("12ms", .milliseconds(12)), ("1s", .seconds(1)), ("7.66s", .milliseconds(7660)), ("6m0s", .seconds(360)),
            ("1h2m3s", .seconds(3723)), ("1d", .seconds(86_400)), ("", nil), ("5", nil), ("s", nil), ("1x", nil),
            ("-1s", nil), ("1s 2m", nil), ("99999d", nil),
        ] as [(String, Duration?)]
    )
    func readsDurations(_ text: String, _ duration: Duration?) {
        #expect(RateLimits.duration(text) == duration)
    }

    @Test func unknownLimitsAreUnknown() {
        let headers = [("x-ratelimit-limit-requests", "-1"), ("x-ratelimit-remaining-requests", "99")]
        let limits = RateLimits(HTTPResponse(status: 200, headers: headers.map { (name: $0.0, value: $0.1) }))
        #expect(limits.requests == .init(limit: nil, remaining: 99, reset: nil))
        #expect(limits.tokens == .init(limit: nil, remaining: nil, reset: nil))
    }

    /// Whatever the answer, what it says of limits is passed on; and whether the call can have arrived.
    @Test(arguments: [200, 400, 401, 404, 429, 500])
    func limitsArePassedOn(_ status: Int) async throws {
        let headers = [("x-ratelimit-limit-tokens", "1000000"), ("x-ratelimit-remaining-tokens", "7")]
        let body = #"{"data":[{"index":0,"embedding":[1,2]}],"usage":{"total_tokens":3}}"#
        let client = ReplayingClient(status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body)
        let configuration = OpenAIConfiguration(apiKey: nil, model: "m", dimensions: 2)
        let limits: RateLimits?
        do {
            limits = try await OpenAIEmbeddings(configuration, client: client).embed([ArraySlice("a".utf8)]).rateLimits
        } catch {
            limits = error.rateLimits
            #expect(error.mayHaveArrived)
        }
        #expect(limits?.tokens == .init(limit: 1_000_000, remaining: 7))
    }

    @Test(arguments: [
        (HTTPTransportError.Code.cannotConnect, false), (.cannotResolve, false), (.queueFull, false),
        (.invalidRequest, false), (.timedOut, true), (.connectionLost, true), (.cancelled, true),
    ])
    func whetherItCanHaveArrived(_ code: HTTPTransportError.Code, _ expected: Bool) {
        let configuration = OpenAIConfiguration(apiKey: nil)
        let error = EmbeddingError(HTTPTransportError(code, "m", url: "u"), from: configuration)
        #expect(error.mayHaveArrived == expected && error.rateLimits == nil)
    }

    @Test(arguments: [
        "Incorrect API key provided: \(key). You can find yours in the dashboard.",
        "Incorrect API key provided: sk-proj-****mnop.",
        "token=Bearer:\(key)", "…cdefghijkl…",
    ])
    func aRepeatedKeyIsMasked(_ message: String) async {
        for body in [#"{"error":{"message":"\#(message)"}}"#, message, #"{"error":"\#(message)"}"#] {
            for status in [400, 401, 404, 429, 500] {
                let text = await Self.error(status, body)?.description ?? ""
                #expect(!text.contains("mnop") && !text.contains("cdefgh"), "\(text)")
                #expect(text.contains("[key]"))
            }
        }
    }

    @Test func longAndFormattedAnswersBecomeOneShortLine() async {
        let page = "<html>\n  <body>\r\n\tBad gateway" + String(repeating: " é", count: 5000)
        let message = await Self.error(502, page)?.message ?? ""
        #expect(message.hasPrefix("https://api.test/v1/embeddings answered 502: <html> <body> Bad gateway é"))
        #expect(message.utf8.count < 600 && !message.contains("\n"))
    }

    @Test(arguments: [
        (HTTPTransportError.Code.cancelled, EmbeddingError.Code.cancelled), (.invalidRequest, .misconfigured),
        (.responseTooLarge, .invalidResponse), (.cannotResolve, .passing), (.cannotConnect, .passing),
        (.tlsFailed, .passing), (.timedOut, .passing), (.connectionLost, .passing), (.closed, .passing),
    ])
    func transportErrorsPass(_ transport: HTTPTransportError.Code, _ code: EmbeddingError.Code) async {
        let error = await Self.error(.failure(HTTPTransportError(transport, "why", url: "https://api.test/v1")))
        #expect(error?.code == code)
    }
}
