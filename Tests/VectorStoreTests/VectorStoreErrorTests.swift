import HTTPTransport
import Testing

@testable import VectorStore

@Suite struct VectorStoreErrorTests {
    private static func error(_ answer: Result<HTTPResponse, HTTPTransportError>) async -> VectorStoreError? {
        let configuration = QdrantConfiguration(url: "https://q.test:6333", apiKey: "secret-key-123456")
        let store = QdrantStore(configuration, client: ReplayingClient([answer]))
        return await #expect(throws: VectorStoreError.self) { try await store.count("c", matching: nil) }
    }

    private static func error(
        _ status: Int,
        _ body: String,
        headers: [(name: String, value: String)] = []
    ) async -> VectorStoreError? {
        await error(.success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
    }

    private static func fault(_ message: String) -> String {
        #"{"status":{"error":"\#(message)"},"time":0.001}"#
    }

    @Test(arguments: [
        (400, "Wrong input: Vector dimension error: expected dim: 4, got 3", VectorStoreError.Code.misconfigured),
        (400, "Format error in JSON body: expected value at line 1 column 1", .invalidRequest),
        (413, "Payload too large", .invalidRequest), (422, "Validation error", .invalidRequest),
        (404, "Not found: Collection `c` doesn't exist!", .noSuchCollection),
        (404, "Not found: Collection c not found", .noSuchCollection),
        (404, "Not found: No point with id 7 found", .invalidRequest),
        (409, "Wrong input: Collection `c` already exists!", .alreadyExists),
        (400, "Wrong input: Collection `c` already exists!", .alreadyExists),
        (401, "no", .invalidKey), (403, "Forbidden: Global access is required", .invalidKey),
        (408, "Timeout error", .passing), (429, "Too many requests", .rateLimited),
        (500, "Service internal error: task panicked", .passing), (502, "", .passing),
        (503, "Shard is not ready", .passing), (301, "", .invalidResponse), (405, "", .invalidResponse),
    ])
    func statusesDecideWhoseFaultItIs(_ status: Int, _ message: String, _ code: VectorStoreError.Code) async {
        let error = await Self.error(status, Self.fault(message))
        #expect(error?.code == code)
        let words = message.isEmpty ? "" : ": \(message)"
        #expect(error?.message.hasPrefix("Qdrant at https://q.test:6333 answered \(status)\(words)") == true)
    }

    @Test func plainTextIsReadToo() async {
        let refused = await Self.error(401, "Invalid API key or JWT")
        #expect(refused?.code == .invalidKey && refused?.message.contains(": Invalid API key or JWT; check") == true)
        let lost = await Self.error(404, "<html>\n <h1>nginx</h1>")
        #expect(lost?.code == .invalidResponse && lost?.message.contains("QDRANT_URL") == true)
    }

    @Test func saysHowLongToWait() async {
        let error = await Self.error(429, Self.fault("slow down"), headers: [(name: "retry-after", value: "3")])
        #expect(error?.retryAfter == .seconds(3))
    }

    @Test func aRepeatedKeyIsMasked() async {
        for body in ["wrong key secret-key-123456", Self.fault("key=secret-key-123456!")] {
            let text = await Self.error(403, body)?.description ?? ""
            #expect(!text.contains("secret-key") && text.contains("[key]"))
        }
        let configuration = QdrantConfiguration(apiKey: "secret-key-123456")
        #expect(!"\(configuration)".contains("secret") && !String(reflecting: configuration).contains("secret"))
    }

    @Test(arguments: [
        (HTTPTransportError.Code.cancelled, VectorStoreError.Code.cancelled), (.invalidRequest, .misconfigured),
        (.responseTooLarge, .invalidRequest), (.cannotResolve, .passing), (.cannotConnect, .passing),
        (.tlsFailed, .passing), (.timedOut, .passing), (.connectionLost, .passing), (.closed, .passing),
    ])
    func transportErrorsPass(_ transport: HTTPTransportError.Code, _ code: VectorStoreError.Code) async {
        let error = await Self.error(.failure(HTTPTransportError(transport, "why", url: "https://q.test")))
        #expect(error?.code == code)
    }
}
