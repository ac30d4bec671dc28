import JSON
import Testing
import VectorStore

@testable import Memory

@Suite struct FingerprintTests {
    private static func payload(
        _ content: String = "abc",
        _ metadata: String = "{}",
        model: String = "m",
        time: Int64 = 0,
        source: String? = nil,
        tenant: String? = nil,
        key: String? = nil
    ) throws -> MemoryPayload {
        PayloadBuilder(
            metadata: try CheckedMetadata(metadata.field, for: .invoices()),
            content: content.field,
            contentHash: ContentHash(of: content.field),
            model: model.field,
            createdAt: time,
            updatedAt: time,
            source: source?.field,
            tenant: tenant?.field,
            key: key?.field
        ).build()
    }

    @Test func whateverIsSaidChangesIt() throws {
        let all = [
            try Self.payload(), try Self.payload("abd"), try Self.payload(model: "n"), try Self.payload(key: ""),
            try Self.payload(key: "k"), try Self.payload(source: "k"), try Self.payload(source: ""),
            try Self.payload("abc", #"{"a":1}"#), try Self.payload("abc", #"{"a": 1}"#),
            try Self.payload("abc", #"{"a":2}"#),
            try Self.payload("abc", #"{"k":1}"#, key: "k"), try Self.payload(model: "", source: "m"),
        ]
        #expect(Set(all.map(\.fingerprint)).count == all.count)
    }

    @Test func timesDoNotChangeIt() throws {
        #expect(try Self.payload(time: 0).fingerprint == Self.payload(time: 1).fingerprint)
    }

    @Test func itIsReadBackFromWhatIsStored() async throws {
        let payload = try Self.payload(#"é"\"#, #"{"_x":{"_memoir":{"fingerprint":"no"}},"fingerprint":"no"}"#)
        let id = PointID(high: 1, low: 2)
        let point = StoredPoint(id: "\"\(id.text)\"".field, payload: payload.bytes[...])
        let foreign = StoredPoint(id: "7".field, payload: "{}".field)
        let read = StoredBookkeeping.read([point, foreign])
        #expect(read.count == 1)
        #expect(read[id]?.fingerprint == payload.fingerprint)
        #expect(read[id]?.createdAt.map { String($0) } == "1970-01-01T00:00:00.000Z")
    }

    @Test(arguments: [
        "{}", "", "[]", "null", #"{"_memoir":null}"#, #"{"_memoir":[]}"#, #"{"_memoir":{}}"#,
        #"{"_memoir":{"fingerprint":1,"created_at":2}}"#, #"{"_memoir":{"fingerprint":"0","created_at":"x"}}"#,
        #"{"_memoir":{"fingerprint":"0123456789abcdef0123456789abcdeg","created_at":"2026-01-01\",\"x"}}"#,
        #"{"_memoir.fingerprint":"0123456789abcdef0123456789abcdef"}"#,
    ])
    func whatIsNotAsExpectedIsNotThere(payload: String) {
        let stored = StoredBookkeeping(payload.field)
        #expect(stored.fingerprint == nil && stored.createdAt == nil)
    }

    @Test(arguments: ["2024-02-29T12:00:00.000Z", "2024-02-29", "2024-02-29T12:00:00.123456+01:00"])
    func aReplacementKeepsTheTimeOfCreation(created: String) throws {
        let payload = try Self.payload("n", #"{"created_at":"1970-01-01T00:00:00.000Z"}"#, time: 1_767_225_599_999)
        let stored = StoredBookkeeping(#"{"_memoir":{"created_at":"\#(created)"}}"#.field)
        let replaced = try JSONValue(parsing: payload.replacing(stored))
        #expect(replaced["_memoir"]?["created_at"] == .string(created))
        #expect(replaced["_memoir"]?["updated_at"] == .string("2025-12-31T23:59:59.999Z"))
        #expect(replaced["created_at"] == .string("1970-01-01T00:00:00.000Z"))
        #expect(payload.replacing(StoredBookkeeping("{}".field)) == payload.bytes)
    }
}
