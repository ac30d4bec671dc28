import HTTPTransport
import Testing

@testable import VectorStore

@Suite struct UpsertBatchTests {
    private static func points(_ count: Int, dimensions: Int = 4, payload: Int = 2) -> [Point] {
        (0..<count).map { index in
            let payload = Array("{}".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: payload - 2)
            let vector = [Float](repeating: -1.1754945e-38, count: dimensions)
            return Point(id: PointID(high: 0, low: UInt64(index)), vector: vector[...], payload: payload)
        }
    }

    @Test(arguments: [(0, []), (1, [1]), (256, [256]), (257, [256, 1]), (600, [256, 256, 88])])
    func splitsByCount(_ count: Int, _ sizes: [Int]) throws {
        let batches = try UpsertBatch.split(Self.points(count), QdrantConfiguration())
        #expect(batches.map(\.points.count) == sizes)
        #expect(batches.flatMap { $0.points.map(\.id.low) } == (0..<UInt64(count)).map { $0 })
    }

    /// Bodies keep to the limit, with the longest numbers that there are, and no request is wasted.
    @Test func splitsByBytes() async throws {
        let points = Self.points(50, dimensions: 96, payload: 300)
        let configuration = QdrantConfiguration(maximumBodyBytes: 20_000)
        let batches = try UpsertBatch.split(points, configuration)
        #expect(batches.count > 1 && batches.reduce(0) { $0 + $1.points.count } == 50)
        for batch in batches {
            let body = QdrantRequestBody.upsert(batch)
            #expect(body.count <= batch.maximumBytes && batch.maximumBytes <= 20_000)
        }
        #expect(batches.dropLast().allSatisfy { $0.maximumBytes > 17_000 })
    }

    @Test func sendsTheBatchesInOrder() async throws {
        let done = #"{"result":{"operation_id":7,"status":"completed"},"status":"ok","time":0}"#
        let client = ReplayingClient(done, done)
        let store = QdrantStore(QdrantConfiguration(maximumPointsPerUpsert: 2), client: client)
        try await store.upsert(Self.points(3, dimensions: 1), into: "c")
        let bodies = client.requests.map { String(decoding: $0.body ?? [], as: UTF8.self) }
        #expect(bodies.count == 2 && bodies[0].contains("000000000001") && bodies[1].contains("000000000002"))
    }

    @Test func aFailureEndsTheRest() async throws {
        let client = ReplayingClient([.success(HTTPResponse(status: 500))])
        let store = QdrantStore(QdrantConfiguration(maximumPointsPerUpsert: 1), client: client)
        await #expect(throws: VectorStoreError.self) { try await store.upsert(Self.points(3), into: "c") }
        #expect(client.requests.count == 1)
    }

    @Test func aPointThatFitsNoRequestIsRefusedBeforeAnyIsSent() async {
        let client = ReplayingClient([])
        let store = QdrantStore(QdrantConfiguration(maximumBodyBytes: 1000), client: client)
        let points = Self.points(3) + Self.points(1, payload: 1000)
        let error = await #expect(throws: VectorStoreError.self) { try await store.upsert(points, into: "c") }
        #expect(error?.code == .invalidRequest && client.requests.isEmpty)
        #expect(error?.message.contains("1000 bytes of payload") == true)
    }
}
