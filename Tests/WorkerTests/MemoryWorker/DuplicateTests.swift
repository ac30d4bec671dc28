import JSON
import JobQueue
import Memory
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("MemoryWorker: duplicates", .timeLimit(.minutes(1)))
struct DuplicateTests {
    private func save(_ fleet: Fleet, _ id: String, _ fields: [String: String]) async throws -> JSONValue {
        try await fleet.add(.save, id, ["collection": "c"].merging(fields) { $1 })
        return try await fleet.result(id).result
    }

    private func bookkeeping(_ fleet: Fleet) throws -> JSONValue {
        let payload = try #require(fleet.store.points(in: "c").values.first)
        return try #require(try JSONValue(parsing: Array(payload.utf8))["_memoir"])
    }

    @Test(
        "A memory that is there already is not written again",
        arguments: [
            ["content": "x"], ["content": "x", "key": "k"],
            ["content": "x", "tenant": "t", "metadata": #"{"a":1}"#],
        ]
    )
    func there(fields: [String: String]) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let first = try await save(fleet, "1", fields)
        let written = fleet.store.points(in: "c")
        let second = try await save(fleet, "2", fields)
        #expect(first["deduped"] == .bool(false) && second["deduped"] == .bool(true))
        #expect(first["id"] == second["id"])
        #expect(fleet.store.calls == [.upsert("c", points: 1)])
        #expect(fleet.store.points(in: "c") == written)
        try await worker.stop()
    }

    @Test(
        "One that says something else replaces it and keeps its time of creation",
        arguments: [
            [["content": "x", "key": "k"], ["content": "y", "key": "k"]],
            [
                ["content": "x", "key": "k", "metadata": #"{"a":1}"#],
                ["content": "x", "key": "k", "metadata": #"{"a":2}"#],
            ],
            [["content": "x"], ["content": "x", "metadata": #"{"a":1}"#]],
        ]
    )
    func changed(saves: [[String: String]]) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let first = try await save(fleet, "1", saves[0])
        let before = try bookkeeping(fleet)
        try await Task.sleep(for: .milliseconds(3))
        let second = try await save(fleet, "2", saves[1])
        let after = try bookkeeping(fleet)
        #expect(second["deduped"] == .bool(false) && first["id"] == second["id"])
        #expect(before["created_at"] == before["updated_at"])
        #expect(after["created_at"] == before["created_at"])
        #expect(after["updated_at"] != before["updated_at"])
        #expect(try await save(fleet, "3", saves[1])["deduped"] == .bool(true))
        #expect(try await save(fleet, "4", saves[0])["deduped"] == .bool(false))
        #expect(try bookkeeping(fleet)["created_at"] == before["created_at"])
        try await worker.stop()
    }

    @Test("A memory that was forgotten is written anew")
    func forgotten() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        _ = try await save(fleet, "1", ["content": "x", "key": "k"])
        try await fleet.add(.forget, "2", ["collection": "c", "key": "k"])
        try await fleet.save("3", "x", key: "k")
        #expect(try await fleet.result("2").result["forgotten"] == .integer(1))
        #expect(try await fleet.result("3").result["deduped"] == .bool(false))
        #expect(fleet.store.points(in: "c").count == 1)
        try await worker.stop()
    }
}
