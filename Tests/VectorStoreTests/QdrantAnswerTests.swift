import HTTPTransport
import Testing

@testable import VectorStore

@Suite struct QdrantAnswerTests {
    private static func store(_ answer: String) -> QdrantStore {
        QdrantStore(QdrantConfiguration(), client: ReplayingClient(answer))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static let query = PointQuery(vector: [1], limit: 10)

    @Test func hitsAreSlicesOfTheAnswer() async throws {
        let payload = #"{"content": "é \"x\" \u00e9", "n": [1, {"b": null}]}"#
        let answer = #"""
            {"time": 0.1, "status": "ok", "result": {"points": [
              {"id": "5c56c793-69f3-4fbf-87e6-c4bf54c28c26", "version": 3, "score": 0.87123454, "payload": \#(payload)},
              {"score": -1e-3, "vector": null, "payload": null, "id": 18446744073709551615}, {"id": 1, "score": 1}
            ], "x": 1}}
            """#
        let hits = try #require(try await Self.store(answer).query([Self.query], in: "c").first)
        #expect(
            hits.map { Self.text($0.id) } == [
                #""5c56c793-69f3-4fbf-87e6-c4bf54c28c26""#, "18446744073709551615", "1",
            ]
        )
        #expect(hits.map { Self.text($0.score) } == ["0.87123454", "-1e-3", "1"])
        #expect(hits.map { Self.text($0.payload) } == [payload, "{}", "{}"])
    }

    @Test func resultsOfABatchKeepTheirOrder() async throws {
        let answer = #"{"result":[{"points":[{"id":1,"score":1}]},{"points":[]},{"points":[{"id":3,"score":3}]}]}"#
        let results = try await Self.store(answer).query([Self.query, Self.query, Self.query], in: "c")
        #expect(results.map { $0.map { Self.text($0.id) } } == [["1"], [], ["3"]])
    }

    @Test(arguments: [
        ("", "ends too early"), ("ok", "an object was expected"), ("{}", "no result"),
        (#"{"result":{"points":[{"score":1}]}}"#, "a point with an id"),
        (#"{"result":{"points":[{"id":1}]}}"#, "a point with a score"),
        (#"{"result":{"points":[{"id":1,"score":"1"}]}}"#, "a number was expected"),
        (#"{"result":{"points":[{"id":null,"score":1}]}}"#, "a number was expected"),
        (#"{"result":[]}"#, "an object was expected"), (#"{"result":{"points":[]}} }"#, "after the end"),
    ])
    func refusesWrongAnswers(_ answer: String, _ message: String) async {
        let error = await #expect(throws: VectorStoreError.self) {
            try await Self.store(answer).query([Self.query], in: "c")
        }
        #expect(error?.code == .invalidResponse)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error?.message.contains("Qdrant at http://127.0.0.1:6333") == true)
    }

    @Test func refusesTooFewResults() async {
        let error = await #expect(throws: VectorStoreError.self) {
            try await Self.store(#"{"result":[{"points":[]}]}"#).query([Self.query, Self.query], in: "c")
        }
        #expect(error?.code == .invalidResponse && error?.message.contains("1 results for 2 queries") == true)
    }

    @Test(
        arguments: [
            (#"{"result":{"operation_id":1,"status":"completed"},"status":"ok"}"#, nil),
            (#"{"result":{"operation_id":1,"status":"acknowledged"},"status":"ok"}"#, .passing),
            (#"{"result":{"operation_id":1,"status":"wait_timeout"},"status":"ok"}"#, .passing),
            (#"{"result":{"operation_id":1},"status":"ok"}"#, .invalidResponse),
            (#"{"status":"ok"}"#, .invalidResponse),
            ("<html>", .invalidResponse),
        ] as [(String, VectorStoreError.Code?)]
    )
    func onlyACompletedWriteIsDone(_ answer: String, _ code: VectorStoreError.Code?) async {
        var seen: [VectorStoreError.Code?] = []
        let point = Point(id: QdrantOperation.first, vector: [1], payload: Array("{}".utf8))
        do throws(VectorStoreError) {
            try await Self.store(answer).upsert([point], into: "c")
            seen.append(nil)
        } catch { seen.append(error.code) }
        do throws(VectorStoreError) {
            try await Self.store(answer).delete([QdrantOperation.first], from: "c")
            seen.append(nil)
        } catch { seen.append(error.code) }
        #expect(seen == [code, code])
    }

    @Test func readsWhatACollectionIs() async throws {
        let answer = #"""
            {"result":{"status":"yellow","optimizer_status":"ok","vectors_count":9,"points_count":12,"segments_count":2,
            "config":{"params":{"vectors":{"size":384,"distance":"Cosine","on_disk":true},"shard_number":1},
            "hnsw_config":{},"optimizer_config":{},"wal_config":{}},"payload_schema":{
            "tenant":{"data_type":"keyword","params":{"type":"keyword","is_tenant":true},"points":12},
            "amount":{"data_type":"float","points":3},"place":{"data_type":"geo","points":0}}},"status":"ok","time":0}
            """#
        let information = try await Self.store(answer).collection("c")
        #expect(
            information
                == CollectionInformation(
                    status: "yellow",
                    pointCount: 12,
                    vectorSize: 384,
                    distance: .cosine,
                    payloadSchema: [
                        "tenant": .init(type: "keyword", isTenant: true), "amount": .init(type: "float"),
                        "place": .init(type: "geo"),
                    ]
                )
        )
        let named = #"""
            {"result":{"status":"green","config":{"params":{"vectors":{"text":{"size":4,"distance":"Dot"}}}},
            "points_count":null,"payload_schema":{}}}
            """#
        #expect(try await Self.store(named).collection("c") == CollectionInformation(status: "green"))
    }

    @Test func readsTheRest() async throws {
        #expect(try await Self.store(#"{"result":{"count":42}}"#).count("c", matching: nil) == 42)
        #expect(try await Self.store(#"{"result":{"exists":false}}"#).collectionExists("c") == false)
        #expect(try await Self.store(#"{"result":false}"#).deleteCollection("c") == false)
        let list = #"{"result":{"collections":[{"name":"a"},{"name":"b"}]}}"#
        #expect(try await Self.store(list).collections() == ["a", "b"])
        let version = #"{"title":"qdrant - vector search engine","version":"1.11.3","commit":"x"}"#
        #expect(try await Self.store(version).version() == "1.11.3")
        let point = try await Self.store(#"{"result":[{"id":"i","payload":{"a":1}}]}"#).retrieve(
            [QdrantOperation.first],
            including: ["a"],
            from: "c"
        )
        #expect(point.map { Self.text($0.id) + Self.text($0.payload) } == [#""i"{"a":1}"#])
    }

    private static let request = ScrollRequest(filter: Array("{}".utf8), limit: 2)

    @Test(
        arguments: [
            (#""next_page_offset":null"#, nil), (#""x":1"#, nil), (#""next_page_offset":7"#, "7"),
            (#""next_page_offset": "00000000-0000-5000""#, #""00000000-0000-5000""#),
        ] as [(String, String?)]
    )
    func aPageSaysWhereTheNextBegins(_ member: String, _ next: String?) async throws {
        let answer = #"{"result":{\#(member),"points":[{"id":"i","payload":{"a":[1, 2]}},{"id":3}]},"status":"ok"}"#
        let page = try await Self.store(answer).scroll("c", Self.request)
        #expect(page.points.map { Self.text($0.id) + Self.text($0.payload) } == [#""i"{"a":[1, 2]}"#, "3{}"])
        #expect(page.next.map(Self.text) == next)
    }

    @Test(arguments: [
        (#"{"result":{}}"#, "no points"), (#"{"result":{"points":{}}}"#, "an array was expected"),
        (#"{"result":{"points":[],"next_page_offset":true}}"#, "a number was expected"),
        (#"{"result":{"points":[{}]}}"#, "a point with an id"),
    ])
    func refusesWrongPages(_ answer: String, _ message: String) async {
        let error = await #expect(throws: VectorStoreError.self) {
            try await Self.store(answer).scroll("c", Self.request)
        }
        #expect(error?.code == .invalidResponse)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test(arguments: [(200, true), (503, false)])
    func readinessIsTheStatus(_ status: Int, _ expected: Bool) async throws {
        let client = ReplayingClient([.success(HTTPResponse(status: status, body: Array("not ready".utf8)))])
        #expect(try await QdrantStore(QdrantConfiguration(), client: client).isReady() == expected)
    }
}
