import Testing

@testable import VectorStore

/// Every request that the client can make, with the answer that ends it and the text it must have.
///
/// The texts were checked against the OpenAPI documents of Qdrant 1.11 and 1.19: change one only with a look at them.
struct QdrantOperation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let answer: String
    let request: String
    let run: @Sendable (QdrantStore) async throws -> Void

    init(
        _ name: String,
        _ request: String,
        answer: String,
        _ run: @escaping @Sendable (QdrantStore) async throws -> Void
    ) {
        testDescription = name
        self.request = request
        self.answer = answer
        self.run = run
    }

    static let first = PointID(high: 0x5c56_c793_69f3_4fbf, low: 0x87e6_c4bf_54c2_8c26)
    static let second = PointID(high: 0x0000_0000_0000_5000, low: 0x8000_0000_0000_0001)
    static let filter = Array(#"{"must":[{"key":"vendor_name","match":{"value":"SNCB"}}]}"#.utf8)
    private static let completed = #"{"result":{"operation_id":7,"status":"completed"},"status":"ok","time":0.001}"#
    private static let yes = #"{"result":true,"status":"ok","time":0.001}"#
    private static let firstUUID = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"
    private static let secondUUID = "00000000-0000-5000-8000-000000000001"

    static let all = points + administration

    private static let points: [QdrantOperation] = [
        QdrantOperation(
            "upsert",
            #"PUT /collections/memories/points?wait=true {"points":[{"id":"\#(firstUUID)","#
                + #""vector":[1,-5e-1,125e-3,0],"payload":{"content":"a","matched":false}},"#
                + #"{"id":"\#(secondUUID)","vector":[100000001e-9,2,-1,1e1],"payload":{}}]}"#,
            answer: completed
        ) { store in
            let payload = Array(#"{"content":"a","matched":false}"#.utf8)
            try await store.upsert(
                [
                    Point(id: first, vector: [1, -0.5, 0.125, 0], payload: payload),
                    Point(id: second, vector: [0.1, 2, -1, 10], payload: Array("{}".utf8)),
                ],
                into: "memories"
            )
        },
        QdrantOperation(
            "query",
            #"POST /collections/memories/points/query {"query":[1,25e-2,-1,5e-1],"filter":"#
                + String(decoding: filter, as: UTF8.self)
                + #","limit":5,"score_threshold":0.75,"with_payload":true}"#,
            answer: #"{"result":{"points":[]},"status":"ok","time":0.001}"#
        ) { store in
            let query = PointQuery(vector: [1, 0.25, -1, 0.5], filter: filter, limit: 5, scoreThreshold: 0.75)
            _ = try await store.query([query], in: "memories")
        },
        QdrantOperation(
            "query batch",
            #"POST /collections/memories/points/query/batch {"searches":[{"query":[1,0,0,0],"limit":1,"#
                + #""with_payload":true},{"query":[0,1,0,0],"filter":"#
                + String(decoding: filter, as: UTF8.self)
                + #","limit":10,"with_payload":true}]}"#,
            answer: #"{"result":[{"points":[]},{"points":[]}],"status":"ok","time":0.001}"#
        ) { store in
            let plain = PointQuery(vector: [1, 0, 0, 0], limit: 1)
            _ = try await store.query(
                [plain, PointQuery(vector: [0, 1, 0, 0], filter: filter, limit: 10)],
                in: "memories"
            )
        },
        QdrantOperation(
            "delete by id",
            #"POST /collections/memories/points/delete?wait=true {"points":["\#(firstUUID)","\#(secondUUID)"]}"#,
            answer: completed
        ) { try await $0.delete([first, second], from: "memories") },
        QdrantOperation(
            "delete by filter",
            "POST /collections/memories/points/delete?wait=true {\"filter\":\(String(decoding: filter, as: UTF8.self))}",
            answer: completed
        ) { try await $0.delete(matching: filter, from: "memories") },
        QdrantOperation(
            "count all",
            #"POST /collections/memories/points/count {"exact":true}"#,
            answer: #"{"result":{"count":3},"status":"ok","time":0.001}"#
        ) { _ = try await $0.count("memories", matching: nil) },
        QdrantOperation(
            "count by filter",
            "POST /collections/memories/points/count {\"exact\":true,\"filter\":\(String(decoding: filter, as: UTF8.self))}",
            answer: #"{"result":{"count":3},"status":"ok","time":0.001}"#
        ) { _ = try await $0.count("memories", matching: filter) },
        QdrantOperation(
            "retrieve",
            #"POST /collections/memories/points {"ids":["\#(firstUUID)","\#(secondUUID)"],"#
                + #""with_payload":{"include":["_memoir.fingerprint","content"]},"with_vector":false}"#,
            answer: #"{"result":[],"status":"ok","time":0.001}"#
        ) { store in
            let fields = ["_memoir.fingerprint", "content"]
            _ = try await store.retrieve([first, second], including: fields, from: "memories")
        },
        QdrantOperation(
            "scroll, first page",
            #"POST /collections/memories/points/scroll {"filter":\#(String(decoding: filter, as: UTF8.self)),"#
                + #""limit":100,"with_payload":true,"with_vector":false}"#,
            answer: #"{"result":{"points":[],"next_page_offset":null},"status":"ok","time":0.001}"#
        ) { _ = try await $0.scroll("memories", ScrollRequest(filter: filter, limit: 100)) },
        QdrantOperation(
            "scroll, further page",
            #"POST /collections/memories/points/scroll {"filter":\#(String(decoding: filter, as: UTF8.self)),"#
                + #""limit":1000,"offset":"\#(firstUUID)","with_payload":true,"with_vector":false}"#,
            answer: #"{"result":{"points":[],"next_page_offset":null},"status":"ok","time":0.001}"#
        ) { store in
            let request = ScrollRequest(filter: filter, limit: 1_000, offset: ScrollOffset(first))
            _ = try await store.scroll("memories", request)
        },
        QdrantOperation(
            "scroll, from a number",
            #"POST /collections/memories/points/scroll {"filter":\#(String(decoding: filter, as: UTF8.self)),"#
                + #""limit":1,"offset":18446744073709551615,"with_payload":true,"with_vector":false}"#,
            answer: #"{"result":{"points":[]},"status":"ok","time":0.001}"#
        ) { store in
            _ = try await store.scroll("memories", ScrollRequest(filter: filter, limit: 1, offset: ScrollOffset(.max)))
        },
    ]

    private static let administration: [QdrantOperation] =
        [
            QdrantOperation(
                "create collection",
                #"PUT /collections/memories {"vectors":{"size":4,"distance":"Cosine"}}"#,
                answer: yes
            ) { try await $0.createCollection("memories", CollectionConfiguration(vectorSize: 4)) },
            QdrantOperation(
                "create collection on disk, of a name to encode",
                #"PUT /collections/a%20b%2F%C3%A9%3F {"vectors":{"size":1536,"distance":"Dot","on_disk":true},"#
                    + #""on_disk_payload":false}"#,
                answer: yes
            ) { store in
                let collection = CollectionConfiguration(
                    vectorSize: 1536,
                    distance: .dot,
                    vectorsOnDisk: true,
                    payloadOnDisk: false
                )
                try await store.createCollection("a b/é?", collection)
            },
            QdrantOperation("delete collection", "DELETE /collections/memories", answer: yes) {
                try await $0.deleteCollection("memories")
            },
            QdrantOperation(
                "collection exists",
                "GET /collections/memories/exists",
                answer: #"{"result":{"exists":true},"status":"ok","time":0.001}"#
            ) { _ = try await $0.collectionExists("memories") },
            QdrantOperation(
                "list collections",
                "GET /collections",
                answer: #"{"result":{"collections":[{"name":"memories"}]},"status":"ok","time":0.001}"#
            ) { _ = try await $0.collections() },
            QdrantOperation(
                "collection",
                "GET /collections/memories",
                answer: #"{"result":{"status":"green"},"status":"ok","time":0.001}"#
            ) { _ = try await $0.collection("memories") },
            QdrantOperation(
                "create tenant index",
                #"PUT /collections/memories/index?wait=true {"field_name":"_memoir.tenant","#
                    + #""field_schema":{"type":"keyword","is_tenant":true}}"#,
                answer: completed
            ) { store in
                let index = PayloadIndex(field: "_memoir.tenant", kind: .keyword, isTenant: true)
                try await store.createPayloadIndex(index, in: "memories")
            },
            QdrantOperation("version", "GET /", answer: #"{"title":"qdrant","version":"1.19.0"}"#) {
                _ = try await $0.version()
            },
            QdrantOperation("readiness", "GET /readyz", answer: "all shards are ready") { _ = try await $0.isReady() },
        ]
        + PayloadIndex.Kind.allCases.map { kind in
            QdrantOperation(
                "create \(kind) index",
                #"PUT /collections/memories/index?wait=true {"field_name":"f","field_schema":"\#(kind.rawValue)"}"#,
                answer: completed
            ) { try await $0.createPayloadIndex(PayloadIndex(field: "f", kind: kind), in: "memories") }
        }
}
