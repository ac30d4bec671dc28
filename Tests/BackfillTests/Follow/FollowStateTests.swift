import JSON
import JobQueue
import Templates
import Testing

@testable import Backfill

/// What a follower decides by, without a server.
@Suite struct FollowStateTests {
    // MARK: Rows in flight

    private static let one: Set<RowKey> = [RowKey(["1"])]
    private static let two: Set<RowKey> = [RowKey(["2"])]

    @Test func rowsWaitForTheirOlderJobs() {
        var rows = InFlightRows(patienceWithEmptyQueue: .seconds(10))
        // Of a process before this one, nobody knows.
        #expect(!rows.allows(Self.one))
        #expect(rows.allows([]))
        #expect(rows.look(missing: 0, inQueue: 5) == 0)
        #expect(rows.allows(Self.one))
        rows.add(Self.one)
        #expect(!rows.allows(Self.one))
        #expect(!rows.allows(Self.one.union(Self.two)))
        #expect(rows.allows(Self.two))
        #expect(rows.look(missing: 1, inQueue: 1) == 0)
        #expect(!rows.allows(Self.one))
        #expect(rows.look(missing: 0, inQueue: 1) == 0)
        #expect(rows.allows(Self.one))
        rows.becomeUnknown()
        #expect(!rows.allows(Self.two))
    }

    struct Look {
        let seconds: Int
        let missing: Int
        let inQueue: Int

        init(_ seconds: Int, _ missing: Int, _ inQueue: Int) {
            self.seconds = seconds
            self.missing = missing
            self.inQueue = inQueue
        }
    }

    struct Watch {
        let looks: [Look]
        /// Jobs that are given up at the last look.
        let given: Int
    }

    private static let watches: [Watch] = [
        Watch(looks: [Look(0, 3, 0), Look(9, 3, 0)], given: 0),
        Watch(looks: [Look(0, 3, 0), Look(10, 3, 0)], given: 3),
        Watch(looks: [Look(0, 3, 0), Look(9, 3, 1), Look(11, 3, 0)], given: 0),
        Watch(looks: [Look(0, 3, 0), Look(9, 3, 1), Look(11, 3, 0), Look(21, 3, 0)], given: 3),
        Watch(looks: [Look(0, 3, 0), Look(9, 2, 0), Look(18, 2, 0)], given: 0),
        Watch(looks: [Look(0, 3, 0), Look(9, 2, 0), Look(19, 2, 0)], given: 2),
        Watch(looks: [Look(0, 3, 7), Look(599, 3, 7)], given: 0),
        Watch(looks: [Look(0, 3, 7), Look(600, 3, 7)], given: 3),
        Watch(looks: [Look(0, 3, 7), Look(599, 2, 7), Look(1_198, 2, 7)], given: 0),
    ]

    @Test(arguments: watches)
    func jobsThatAreGoneAreGivenUp(_ watch: Watch) {
        let start = ContinuousClock.now
        var rows = InFlightRows(patienceWithEmptyQueue: .seconds(10))
        rows.add(Self.one)
        var given = 0
        for look in watch.looks {
            given = rows.look(missing: look.missing, inQueue: look.inQueue, at: start + .seconds(look.seconds))
        }
        #expect(given == watch.given)
        #expect(rows.allows(Self.one) == (watch.given > 0))
    }

    @Test func tooManyRowsAreAllWaitedFor() {
        var rows = InFlightRows(patienceWithEmptyQueue: .seconds(10))
        _ = rows.look(missing: 0, inQueue: 0)
        rows.add(Set((0...InFlightRows.maximum).map { RowKey(["x\($0)"]) }))
        #expect(!rows.allows(Self.one))
        _ = rows.look(missing: 0, inQueue: 0)
        #expect(rows.allows(Self.one))
    }

    // MARK: Entries of the outbox

    @Test func entriesAreSafeAfterAWhile() {
        let start = ContinuousClock.now
        var settling = Settling(time: .seconds(3))
        settling.add(["1", "2"], at: start)
        settling.add([], at: start)
        settling.add(["5"], at: start + .seconds(2))
        #expect(settling.entries == ["1", "2", "5"])
        #expect(settling.safe(before: start + .seconds(2)) == [])
        #expect(settling.safe(before: start + .seconds(3)) == ["1", "2"])
        #expect(settling.safe(before: start + .seconds(5)) == ["1", "2", "5"])
        settling.remove(2)
        #expect(settling.entries == ["5"])
        #expect(settling.safe(before: start + .seconds(4)) == [])
        settling.removeAll()
        #expect(settling.safe(before: start + .seconds(9)) == [])
        #expect(!settling.isFull)
        settling.add((0..<Settling.maximum).map(String.init))
        #expect(settling.isFull)
    }

    @Test func changesAreRead() {
        func read(_ rowKey: String?, _ gone: String?) -> Change {
            Change(id: "7", rowKey: rowKey, gone: gone, primaryKey: ["id"])
        }
        let saved = read(#"{"id": "1"}"#, nil)
        #expect(saved.row?.values == ["1"])
        #expect(saved.rows.count == 1)
        let renamed = read(#"{"id": "1"}"#, #"{"id": "2", "code": null}"#)
        #expect(renamed.rows.map(\.values) == [["1"], ["2"]])
        #expect(renamed.gone?["code"] == .some(nil))
        let deleted = read(nil, #"{"id": "2", "code": "é"}"#)
        #expect(deleted.row == nil)
        #expect(deleted.gone?["code"] == "é")
        #expect(read(nil, nil).isTruncation)
        for change in [saved, renamed, deleted] { #expect(!change.isTruncation && !change.isUnreadable) }
        // A trigger of another mapping.
        for change in [read(#"{"other": "1"}"#, nil), read(#"{"id": null}"#, nil), read(nil, "[]")] {
            #expect(change.isUnreadable && !change.isTruncation)
        }
    }

    // MARK: Rows that polling has sent

    private static let keys = (0..<7).map { RowKey(["\($0)"]) }

    @Test func rowsOfTheLastPassAreKnown() {
        var sent = SentRows(maximum: 2)
        sent.note(Self.keys[0], updated: "t", state: 1)
        #expect(sent.contains(Self.keys[0], state: 1))
        #expect(!sent.contains(Self.keys[0], state: 2))
        sent.endPass()
        #expect(sent.contains(Self.keys[0], state: 1))
        // As it is now, and not as it was once, even in the same pass.
        sent.note(Self.keys[0], updated: "t", state: 2)
        #expect(!sent.contains(Self.keys[0], state: 1))
        sent.note(Self.keys[1], updated: "t", state: 1)
        sent.note(Self.keys[0], updated: "u", state: 3)
        #expect(!sent.contains(Self.keys[0], state: 2))
        sent.endPass()
        #expect(sent.contains(Self.keys[0], state: 3))
        sent.note(Self.keys[1], updated: "t", state: 1)
        sent.endPass()
        #expect(!sent.contains(Self.keys[0], state: 3))
        #expect(sent.contains(Self.keys[1], state: 1))
        #expect(sent.floor == nil)
    }

    @Test func moreRowsThanAreKept() {
        var sent = SentRows(maximum: 2)
        func known() -> [Bool] { Self.keys.map { sent.contains($0, state: 1) } }
        for key in Self.keys.prefix(4) { sent.note(key, updated: "t", state: 1) }
        #expect(sent.floor == nil)
        #expect(known() == [true, true, true, true, false, false, false])
        sent.note(Self.keys[4], updated: "t", state: 1)
        // The next pass begins behind what was forgotten.
        #expect(sent.floor?.updated == "t" && sent.floor?.key == Self.keys[1])
        #expect(known() == [false, false, true, true, true, false, false])
        sent.endPass()
        #expect(sent.floor?.key == Self.keys[1])
        for key in Self.keys[2...] {
            #expect(sent.contains(key, state: 1) == (key != Self.keys[5] && key != Self.keys[6]))
            sent.note(key, updated: "t", state: 1)
        }
        #expect(sent.floor?.key == Self.keys[3])
        sent.endPass()
        #expect(known() == [false, false, false, false, true, true, true])
        sent.removeAll()
        #expect(sent.floor == nil)
        #expect(!known().contains(true))
    }

    // MARK: What is written down

    @Test func checkpointsAreReadAsTheyAreWritten() {
        var checkpoint = FollowCheckpoint()
        #expect(FollowCheckpoint(fields(checkpoint)) == checkpoint)
        checkpoint.jobs = 7
        checkpoint.uncounted = -2
        checkpoint.counts.saved = 4
        checkpoint.counts.forgotten = 2
        checkpoint.counts.rejected = 1
        checkpoint.position = PollPosition(since: "2026-03-01 10:00:00.5+00")
        #expect(FollowCheckpoint(fields(checkpoint)) == checkpoint)
        checkpoint.position?.pass = PollPosition.Pass(began: "2026-03-01 11:00:00+00")
        #expect(FollowCheckpoint(fields(checkpoint)) == checkpoint)
        checkpoint.position?.pass?.updated = "2026-03-01 10:30:00+00"
        checkpoint.position?.pass?.after = RowKey(["a", "\"é"])
        #expect(FollowCheckpoint(fields(checkpoint)) == checkpoint)
        #expect(FollowCheckpoint([:]) == FollowCheckpoint())
    }

    private func fields(_ checkpoint: FollowCheckpoint) -> [String: String] {
        Dictionary(uniqueKeysWithValues: checkpoint.fields.map { ($0.name, $0.value) })
    }

    // MARK: The trigger

    private func trigger(
        _ collection: String,
        key: String = "{code}",
        columns: [String] = []
    ) throws -> OutboxTrigger {
        var definition = SourceDefinition(
            collection: collection,
            relation: .table("t"),
            content: try TextTemplate(parsing: "{body}")
        )
        definition.key = try TextTemplate(parsing: key)
        definition.tenant = "owner"
        let columns = (["body", "id", "owner", "code", "it's\"x"] + columns).map { SourceColumn(name: $0, type: .text) }
        let mapping = try SourceMapping(definition, columns: columns, tablePrimaryKey: ["id"])
        return OutboxTrigger(
            mapping,
            on: FollowedTable(oid: "1", schema: "app", name: "t", hasOutbox: true)
        )
    }

    @Test func namesAreShortAndTheirOwn() throws {
        let long = String(repeating: "x", count: 200)
        let names = try ["invoices", long, long + "y", String(repeating: "x", count: 40)].map { try trigger($0).name }
        #expect(names[0] == "memoir_follow_invoices")
        #expect(Set(names).count == 4)
        for collection in ["invoices", long] {
            #expect(try trigger(collection).truncateName.utf8.count <= 63)
        }
    }

    /// Only what the mapping needs of a row makes another trigger.
    @Test func itsCommentTellsItsMapping() throws {
        #expect(try trigger("c").comment == trigger("c").comment)
        #expect(try trigger("c").comment != trigger("d").comment)
        #expect(try trigger("c").comment != trigger("c", key: "{code}/{body}").comment)
        #expect(try trigger("c").comment == trigger("c", key: "x/{code}").comment)
    }

    @Test func whateverNamesThereAreAreQuoted() throws {
        let text = OutboxTrigger.text(try trigger("c", key: "{it's\"x}").installation)
        #expect(text.contains(#"'it''s"x', CASE WHEN OLD."it's""x" IS NOT DISTINCT FROM NULL"#))
        #expect(text.hasPrefix("BEGIN;\n"))
        #expect(text.hasSuffix("\nCOMMIT;"))
    }

    /// A quote or a tag with an accent behind it is one character to Swift, and still a quote or a tag to PostgreSQL.
    @Test func accentsHideNothing() throws {
        let columns = ["it's\u{301}", "a\"\u{301}", "$memoir$\u{301}"]
        let trigger = try trigger("c", key: columns.map { "{\($0)}" }.joined(separator: "/"), columns: columns)
        let function = Array(trigger.function.utf8)
        for quoted in ["'it''s\u{301}'", "OLD.\"a\"\"\u{301}\"", "AS $memoir_$\n", "\n$memoir_$"] {
            #expect(function.contains(Array(quoted.utf8)), "\(quoted)")
        }
    }

    @Test func theOutboxGoesWithTheLast() throws {
        #expect(try trigger("c").removal(isLast: true).contains(#"DROP TABLE IF EXISTS "app"."memoir_outbox""#))
        let removal = try trigger("c").removal(isLast: false)
        #expect(removal.contains(#"DELETE FROM "app"."memoir_outbox" WHERE collection = 'c'"#))
        #expect(!removal.contains { $0.hasPrefix("DROP TABLE") })
    }

    // MARK: Forgetting

    @Test func aForgetIsOfThatRowsMemory() throws {
        let memory = RowMemory(row: RowKey(["a\"b"]), key: "k", tenant: "t")
        let filters = try JSONValue(parsing: Array(memory.filters(in: "c").utf8))
        guard case .array(let must)? = filters["must"] else {
            Issue.record("\(filters)")
            return
        }
        #expect(must.count == 2)
        #expect(must[1]["key"] == .string("_memoir.source"))
        #expect(must[1]["match"]?["value"] == .string(#"postgres:["a\"b"]"#))
        #expect(must[0] != RowMemory(row: memory.row, key: "k", tenant: nil).first(in: "c"))
        #expect(must[0] != RowMemory(row: memory.row, key: "k", tenant: "t").first(in: "d"))
        #expect(must[0] == RowMemory(row: RowKey(["other"]), key: "k", tenant: "t").first(in: "c"))
    }
}

extension RowMemory {
    /// The first condition of its filters: which memory it is.
    fileprivate func first(in collection: String) -> JSONValue? {
        guard case .array(let must)? = (try? JSONValue(parsing: Array(filters(in: collection).utf8)))?["must"] else {
            return nil
        }
        return must.first
    }
}
