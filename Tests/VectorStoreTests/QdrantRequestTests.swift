import HTTPTransport
import Testing

@testable import VectorStore

@Suite struct QdrantRequestTests {
    private static let url = "http://127.0.0.1:6333"

    @Test(arguments: QdrantOperation.all)
    func requestsDoNotDrift(_ operation: QdrantOperation) async throws {
        let client = ReplayingClient(operation.answer)
        try await operation.run(QdrantStore(QdrantConfiguration(url: Self.url + "/", apiKey: "k-1"), client: client))
        #expect(client.requests.map(Self.text) == [operation.request])
        let request = try #require(client.requests.first)
        #expect(request.headers.contains { $0 == ("api-key", "k-1") })
        #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
        #expect(request.timeout == .seconds(30) && request.maximumResponseBytes == 64 << 20)
    }

    @Test func withoutAKeyNoneIsSent() async throws {
        let client = ReplayingClient("ready")
        _ = try await QdrantStore(QdrantConfiguration(url: Self.url), client: client).isReady()
        #expect(client.requests.first?.headers.contains { $0.name == "api-key" } == false)
    }

    @Test(arguments: ["", ".", ".."])
    func namesThatWouldMakeAnotherPathAreRefused(_ name: String) async {
        let client = ReplayingClient([])
        let store = QdrantStore(QdrantConfiguration(url: Self.url), client: client)
        let error = await #expect(throws: VectorStoreError.self) { try await store.deleteCollection(name) }
        #expect(error?.code == .invalidRequest && client.requests.isEmpty)
    }

    @Test func scoreThresholdsMustBeFinite() async {
        let store = QdrantStore(QdrantConfiguration(url: Self.url), client: ReplayingClient([]))
        let query = PointQuery(vector: [1], limit: 1, scoreThreshold: .nan)
        let error = await #expect(throws: VectorStoreError.self) { try await store.query([query], in: "c") }
        #expect(error?.code == .invalidRequest)
    }

    @Test func nothingToDoIsNoRequest() async throws {
        let client = ReplayingClient([])
        let store = QdrantStore(QdrantConfiguration(url: Self.url), client: client)
        try await store.upsert([], into: "c")
        try await store.delete([], from: "c")
        #expect(try await store.query([], in: "c").isEmpty)
        #expect(try await store.retrieve([], including: ["a"], from: "c").isEmpty)
        #expect(client.requests.isEmpty)
    }

    @Test func manyIDsGoInSeveralRequests() async throws {
        let done = #"{"result":{"operation_id":7,"status":"completed"},"status":"ok","time":0}"#
        let client = ReplayingClient(done, done, done)
        let store = QdrantStore(QdrantConfiguration(url: Self.url), client: client)
        try await store.delete([PointID](repeating: QdrantOperation.first, count: 20_001), from: "c")
        #expect(client.requests.count == 3)
        #expect(client.requests.last?.body?.count == #"{"points":["5c56c793-69f3-4fbf-87e6-c4bf54c28c26"]}"#.utf8.count)
    }

    static func text(_ request: HTTPRequest) -> String {
        let path = request.url.hasPrefix(url) ? String(request.url.dropFirst(url.count)) : request.url
        let body = request.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
        return "\(request.method.rawValue) \(path)\(body)"
    }
}
