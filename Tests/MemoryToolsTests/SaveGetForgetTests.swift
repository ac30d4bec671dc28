import JSON
import JobQueue
import Testing

@testable import MemoryTools

@Suite struct SaveGetForgetTests {
    @Test(arguments: [false, true])
    func `a save sends text, key and metadata as they are`(_ isDuplicate: Bool) async throws {
        let desk = try TestDesk { _ in .done(#"{"id":"\#(Stored.id)","deduped":\#(isDuplicate)}"#) }
        let saved = try await desk.call(
            "save_to_memory",
            #"{"collection":"invoices","content":"SNCB","key":"INV-1","metadata":{"amount": 1.50, "n": 18446744073709551615}}"#
        )
        let expected = #"{"id":"\#(Stored.id)","key":"INV-1","unchanged":\#(isDuplicate)}"#
        #expect(saved == .found(try .literal(expected)))
        let job = try #require(desk.queue.jobs.first)
        #expect(job.type == "save")
        #expect(job.lane == .save)
        #expect(job.text == "SNCB")
        #expect(job.key == "INV-1")
        #expect(job.metadata == #"{"amount": 1.50, "n": 18446744073709551615}"#)
        #expect(job.source == "mcp")
    }

    @Test func `a save needs neither key nor metadata`() async throws {
        let desk = try TestDesk { _ in .done(#"{"id":"\#(Stored.id)","deduped":false}"#) }
        let saved = try await desk.call("save_to_memory", #"{"collection":"notes","content":"SNCB"}"#)
        #expect(saved["key"] == .null)
        let job = try #require(desk.queue.jobs.first)
        #expect(job.key == nil)
        #expect(job.metadata == nil)
    }

    @Test func `one memory is read by its key`() async throws {
        let desk = try TestDesk { _ in .done(Stored.memory(Stored.payload(key: "INV-1"))) }
        let found = try await desk.call("get_memory", #"{"collection":"invoices","key":"INV-1"}"#)
        #expect(found[path: "memory.content"] == .string("SNCB, Lyon"))
        let job = try #require(desk.queue.jobs.first)
        #expect(job.type == "get")
        #expect(job.key == "INV-1")
        #expect(job.memoryID == nil)
    }

    @Test func `one memory is read by its id, whole`() async throws {
        let text = String(repeating: "x", count: 200_000)
        let desk = try TestDesk { _ in .done(Stored.memory(Stored.payload(text))) }
        let found = try await desk.call("get_memory", #"{"collection":"notes","id":"\#(Stored.id.uppercased())"}"#)
        #expect(found[path: "memory.content"] == .string(text))
        #expect(found[path: "memory.content_truncated"] == nil)
        #expect(desk.queue.jobs.first?.memoryID == Stored.id)
    }

    @Test func `no memory is null, and no error`() async throws {
        let desk = try TestDesk { _ in .done(#"{"memory":null}"#) }
        let found = try await desk.call("get_memory", #"{"collection":"notes","key":"a"}"#)
        #expect(found == .found(.object([.init("memory", .null)])))
    }

    @Test(
        arguments: [
            (#"{"collection":"notes","key":"a"}"#, "a", nil),
            (#"{"collection":"notes","id":"\#(Stored.id)"}"#, nil, #"{"must":[{"has_id":["\#(Stored.id)"]}]}"#),
        ] as [(String, String?, String?)]
    )
    func `one memory is forgotten, by its key or its id`(
        _ arguments: String,
        _ key: String?,
        _ filters: String?
    ) async throws {
        let desk = try TestDesk { _ in .done(#"{"forgotten":1}"#) }
        let found = try await desk.call("forget_memory", arguments)
        #expect(found == .found(.object([.init("forgotten", .integer(1))])))
        let job = try #require(desk.queue.jobs.first)
        #expect(job.type == "forget")
        #expect(job.key == key)
        #expect(job.filters == filters)
    }
}
