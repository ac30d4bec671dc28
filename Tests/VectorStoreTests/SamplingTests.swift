import HTTPTransport
import JSON
import Testing
import VectorStore

@Suite("QdrantStore: sampling")
struct SamplingTests {
    @Test("Points with a text and one vector are returned; the request asks for no more than is looked at")
    func sample() async throws {
        let client = ReplayingClient(
            """
            {"status":"ok","time":0,"result":{"next_page_offset":null,"points":[
              {"id":1,"payload":{"content":"one"},"vector":[0.5,1,-2e-3]},
              {"id":2,"payload":{"content":""},"vector":[1,2,3]},
              {"id":3,"payload":{},"vector":[1,2,3]},
              {"id":4,"payload":{"content":"four"},"vector":{"dense":[1,2,3]}},
              {"id":5,"payload":{"content":"five"},"vector":[1,"two",3]},
              {"id":6,"payload":{"content":"six"},"vector":[0,0,1]}
            ]}}
            """
        )
        let points = try await QdrantStore(QdrantConfiguration(), client: client).sample("notes", limit: 6)
        #expect(
            points == [
                SampledPoint(content: "one", vector: [0.5, 1, -0.002]),
                SampledPoint(content: "six", vector: [0, 0, 1]),
            ]
        )
        let request = try #require(client.requests.first)
        #expect(request.url.hasSuffix("/collections/notes/points/scroll"))
        let body = try JSONValue(parsing: try #require(request.body))
        #expect(body["limit"] == .integer(6))
        #expect(body["with_payload"] == .array([.string("content")]))
        #expect(body["with_vector"] == .bool(true))
    }

    @Test("An answer without points is no valid one")
    func invalid() async throws {
        let client = ReplayingClient(#"{"status":"ok","time":0,"result":{}}"#)
        await #expect {
            try await QdrantStore(QdrantConfiguration(), client: client).sample("notes", limit: 6)
        } throws: { error in
            (error as? VectorStoreError)?.code == .invalidResponse
        }
    }
}
