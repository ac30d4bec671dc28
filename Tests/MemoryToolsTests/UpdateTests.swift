import JSON
import JobQueue
import Synchronization
import Testing

@testable import MemoirClient
@testable import MemoryTools

@Suite struct UpdateTests {
    struct Merge: Sendable {
        let stored: String
        let patch: String
        let merged: String
    }

    private static func desk(
        _ payload: String,
        savedAs id: String = Stored.id,
        there: @escaping @Sendable (JobRequest) -> ScriptedQueue.Answer? = { _ in nil }
    ) throws -> TestDesk {
        try TestDesk { job in
            if let answer = there(job) { return answer }
            return switch job.type {
            case "get" where job.memoryID == nil || job.memoryID == Stored.id: .done(Stored.memory(payload))
            case "get": .done(#"{"memory":null}"#)
            case "save": .done(#"{"id":"\#(id)","deduped":false}"#)
            default: .done(#"{"forgotten":1}"#)
            }
        }
    }

    @Test(arguments: [
        Merge(stored: #""a":1"#, patch: #"{"b":2}"#, merged: #"{"a":1,"b":2}"#),
        Merge(stored: #""a":1,"b":2"#, patch: #"{"a":null}"#, merged: #"{"b":2}"#),
        Merge(stored: #""a":1"#, patch: #"{"a":null,"c":null}"#, merged: "{}"),
        // As a whole: what is inside is not merged.
        Merge(stored: #""a":{"x":1,"y":2}"#, patch: #"{"a":{"x":null}}"#, merged: #"{"a":{"x":null}}"#),
        // Nothing is rounded on the way.
        Merge(
            stored: #""n":18446744073709551615,"f":1.10"#,
            patch: #"{"g":1e400}"#,
            merged: #"{"n":18446744073709551615,"f":1.10,"g":1e400}"#
        ),
        Merge(stored: #""caf\u00e9":1"#, patch: #"{"café":2}"#, merged: #"{"café":2}"#),
        Merge(stored: #""a":null"#, patch: "{}", merged: #"{"a":null}"#),
    ])
    func `metadata is merged`(_ merge: Merge) async throws {
        let patch = try MetadataPatch(merge.patch)
        let view = try MemoryView(ArraySlice(#"{"id":"x","payload":{\#(merge.stored)}}"#.utf8))
        #expect(String(decoding: patch.applied(to: view.metadata), as: UTF8.self) == merge.merged)
    }

    @Test func `a memory is saved again under its key, with what was not sent`() async throws {
        let desk = try Self.desk(
            Stored.payload(key: "INV-1", metadata: #""matched":false,"note":"x""#, source: "ledger")
        )
        let found = try await desk.call(
            "update_memory",
            #"{"collection":"invoices","id":"\#(Stored.id)","metadata":{"matched":true,"note":null}}"#
        )
        let expected = #"""
            {"id":"\#(Stored.id)","previous_id":null,"key":"INV-1","unchanged":false,"metadata":{"matched":true},
             "based_on":"2026-01-02T00:00:00.000Z"}
            """#
        #expect(found == .found(try .literal(expected)))
        #expect(desk.queue.jobs.map(\.type) == ["get", "save"])
        let save = try #require(desk.queue.jobs.last)
        #expect(save.key == "INV-1")
        #expect(save.text == "SNCB, Lyon")
        #expect(save.metadata == #"{"matched":true}"#)
        // Whoever poured it in finds it by that.
        #expect(save.source == "ledger")
    }

    @Test func `a new text of a memory without a key moves it, and the old one is forgotten`() async throws {
        let desk = try Self.desk(Stored.payload(source: nil), savedAs: Stored.otherID)
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Paris"}"#
        let found = try await desk.call("update_memory", arguments)
        #expect(found["id"] == .string(Stored.otherID))
        #expect(found["previous_id"] == .string(Stored.id))
        try #require(desk.queue.jobs.map(\.type) == ["get", "get", "save", "forget"])
        #expect(desk.queue.jobs[2].text == "SNCB, Paris")
        #expect(desk.queue.jobs[2].source == "mcp")
        #expect(desk.queue.jobs[3].filters == #"{"must":[{"has_id":["\#(Stored.id)"]}]}"#)
    }

    @Test func `another memory with that text is not overwritten`() async throws {
        let desk = try Self.desk(Stored.payload()) { job in
            job.memoryID.map { .done(Stored.memory(Stored.payload("SNCB, Lyon"), id: $0)) }
        }
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Paris"}"#
        let message = try await desk.call("update_memory", arguments).message
        #expect(message?.hasPrefix("content: another memory has this very text: its id is ") == true)
        #expect(desk.queue.jobs.map(\.type) == ["get", "get"])
    }

    @Test func `metadata of a memory without a key is set where it stands`() async throws {
        let desk = try Self.desk(Stored.payload())
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Lyon","metadata":{"a":1}}"#
        #expect(try await desk.call("update_memory", arguments)["previous_id"] == .null)
        #expect(desk.queue.jobs.map(\.type) == ["get", "save"])
    }

    @Test func `what is not there is not made`() async throws {
        let desk = try Self.desk("") { _ in .done(#"{"memory":null}"#) }
        let arguments = #"{"collection":"notes","key":"a","content":"b"}"#
        let found = try await desk.call("update_memory", arguments)
        let advice = "save_to_memory makes a new one, search_memory and list_memories tell what there is"
        #expect(found == .failed(#"key: no memory has the key "a": \#(advice)"#))
        #expect(desk.queue.jobs.count == 1)
    }

    /// Its save took all the time.
    @Test func `what has moved is forgotten whatever is left of the call`() async throws {
        let queue = ScriptedQueue { job in
            switch job.type {
            case "get": .done(job.memoryID == Stored.id ? Stored.memory(Stored.payload()) : #"{"memory":null}"#)
            case "save": .late(.milliseconds(120), #"{"id":"\#(Stored.otherID)","deduped":false}"#)
            default: .done(#"{"forgotten":1}"#)
            }
        }
        let desk = try TestDesk(queue) { $0.timeout = .milliseconds(100) }
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Paris"}"#
        #expect(try await desk.call("update_memory", arguments)["previous_id"] == .string(Stored.id))
        #expect(queue.jobs.map(\.type) == ["get", "get", "save", "forget"])
        #expect(try #require(queue.timeouts.last) > .seconds(4))
    }

    /// What is saved or forgotten meanwhile is not undone by what was read before.
    @Test(arguments: [
        ("save_to_memory", #""key":"a","content":"new""#, "save"), ("forget_memory", #""key":"a""#, "forget"),
    ])
    func `who writes the memory waits for an update of it to end`(
        _ tool: String,
        _ arguments: String,
        _ type: String
    ) async throws {
        let queue = ScriptedQueue { job in
            switch job.type {
            case "get": .late(.milliseconds(50), Stored.memory(Stored.payload(key: "a")))
            case "save": .done(#"{"id":"\#(Stored.id)","deduped":false}"#)
            default: .done(#"{"forgotten":1}"#)
            }
        }
        let desk = try TestDesk(queue)
        let update = Task { try await desk.call("update_memory", #"{"collection":"notes","key":"a","content":"b"}"#) }
        while queue.jobs.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        _ = try await desk.call(tool, #"{"collection":"notes",\#(arguments)}"#)
        _ = try await update.value
        #expect(queue.jobs.map(\.type) == ["get", "save", type])
    }

    /// Each would be stored where the other one looks whether it is free.
    @Test func `two memories do not become one`() async throws {
        let texts = Mutex([Stored.id: "one", Stored.otherID: "two"])
        let new = MemoryPlaces(try TestDesk.collection("notes"), of: TestDesk.all).id(ofText: "three")
        let queue = ScriptedQueue { job in
            let id = job.memoryID ?? ""
            if job.type == "get" {
                let text = texts.withLock { $0[id] }
                return .late(
                    .milliseconds(5),
                    text.map { Stored.memory(Stored.payload($0), id: id) } ?? #"{"memory":null}"#
                )
            }
            guard job.type == "save" else { return .done(#"{"forgotten":1}"#) }
            texts.withLock { $0[new] = job.text }
            return .late(.milliseconds(5), #"{"id":"\#(new)","deduped":false}"#)
        }
        let desk = try TestDesk(queue)
        let outcomes = try await withThrowingTaskGroup(of: TestDesk.Outcome.self) { group in
            for id in [Stored.id, Stored.otherID] {
                group.addTask {
                    try await desk.call("update_memory", #"{"collection":"notes","id":"\#(id)","content":"three"}"#)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.message?.hasPrefix("content: another memory has this very text") == true } == 1)
        #expect(queue.jobs.count { $0.type == "save" } == 1)
    }

    @Test func `a memory that is there twice is told of`() async throws {
        let desk = try Self.desk(Stored.payload(), savedAs: Stored.otherID) { job in
            job.type == "forget" ? .failed(code: "store_failed", message: "away", isRetryable: true) : nil
        }
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Paris"}"#
        let message = try #require(try await desk.call("update_memory", arguments).message)
        #expect(message.contains("saved under the id \(Stored.otherID)"))
        #expect(message.hasSuffix("Call forget_memory with the id \(Stored.id)."))
    }

    /// It would be there twice.
    @Test func `a call that is cancelled after its save forgets the old memory all the same`() async throws {
        let desk = try Self.desk(Stored.payload(), savedAs: Stored.otherID) { job in
            job.type == "save" ? .late(.seconds(60), #"{"id":"\#(Stored.otherID)","deduped":false}"#) : nil
        }
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","content":"SNCB, Paris"}"#
        let call = Task { try await desk.call("update_memory", arguments) }
        while desk.queue.jobs.last?.type != "save" { try await Task.sleep(for: .milliseconds(1)) }
        call.cancel()
        #expect(try await call.value["id"] == .string(Stored.otherID))
        #expect(desk.queue.jobs.map(\.type) == ["get", "get", "save", "forget"])
    }

    @Test func `a memory without a text needs one`() async throws {
        let desk = try Self.desk(#"{"a":1}"#)
        let arguments = #"{"collection":"notes","id":"\#(Stored.id)","metadata":{"b":2}}"#
        let found = try await desk.call("update_memory", arguments)
        #expect(found == .failed("content: is missing: the memory has no text of its own, so send one"))
    }

    /// Each reads what the one before has saved, however many come at once, by key or by id.
    @Test func `updates of one memory take their turns`() async throws {
        let metadata = Mutex("")
        let queue = ScriptedQueue { job in
            if job.type == "get" {
                return .late(
                    .milliseconds(2),
                    Stored.memory(Stored.payload(key: "a", metadata: metadata.withLock { $0 }))
                )
            }
            metadata.withLock { $0 = String((job.metadata ?? "{}").dropFirst().dropLast()) }
            return .late(.milliseconds(2), #"{"id":"\#(Stored.id)","deduped":false}"#)
        }
        let desk = try TestDesk(queue)
        let count = 20
        let id = MemoryPlaces(try TestDesk.collection("notes"), of: TestDesk.all).id(ofKey: "a")
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                let name = index % 2 == 0 ? #""key":"a""# : #""id":"\#(id)""#
                group.addTask {
                    let arguments = #"{"collection":"notes",\#(name),"metadata":{"m\#(index)":\#(index)}}"#
                    _ = try? await desk.call("update_memory", arguments)
                }
            }
        }
        let merged = try JSONValue.literal("{" + metadata.withLock { $0 } + "}")
        #expect((0..<count).allSatisfy { merged["m\($0)"] == .integer($0) })
    }
}
