import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite("Runs: begun and taken up", .timeLimit(.minutes(2)))
struct RunStartTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func whatARunBeginsWith(_ server: RedisBinary) async throws {
        let rig = try await RunRig(on: server)
        #expect(try await rig.state() == nil)
        #expect(try await rig.runs.tally(of: RunRig.run) == nil)
        let state = try await rig.runs.start(
            RunRig.run,
            into: RunRig.collection,
            owner: rig.owner,
            fields: [("after", "[]"), ("rows", "7")]
        )
        #expect(state.run == RunRig.run && state.page == 0 && state.owner == rig.owner && !state.isFinished)
        #expect(state.fields == ["after": "[]", "rows": "7"])
        let now = try await rig.connection.timeInMilliseconds()
        #expect(abs(now - state.startedAt) < 60_000 && state.seenAt == state.startedAt)
        #expect(try await rig.state() == state)
        #expect(try await rig.runs.tally(of: RunRig.run) == RunTally())
        let ttl = try await rig.connection.integer("TTL", rig.keys.tally(RunRig.run))
        #expect(ttl > 30 * 86_400 - 60 && ttl <= 30 * 86_400)
    }

    enum Standing: CaseIterable { case nothing, own, alive, silent, left, finished }
    enum Asked: CaseIterable { case start, restart, resume }
    enum Answer { case begun, takenUp, owned, unfinished, nothing }

    nonisolated static let table: [(Standing, Asked, Answer)] = [
        (.nothing, .start, .begun), (.nothing, .restart, .begun), (.nothing, .resume, .nothing),
        (.own, .start, .unfinished), (.own, .restart, .begun), (.own, .resume, .takenUp),
        (.alive, .start, .owned), (.alive, .restart, .owned), (.alive, .resume, .owned),
        (.silent, .start, .unfinished), (.silent, .restart, .begun), (.silent, .resume, .takenUp),
        (.left, .start, .unfinished), (.left, .restart, .begun), (.left, .resume, .takenUp),
        (.finished, .start, .begun), (.finished, .restart, .begun), (.finished, .resume, .nothing),
    ]

    @Test("Whoever stands there", arguments: table)
    @Reactor func standing(_ standing: Standing, _ asked: Asked, _ answer: Answer) async throws {
        let rig = try await RunRig()
        let state = try await rig.start(standing == .own ? rig.owner : rig.other)
        if standing == .nothing {
            _ = try await rig.connection.string("FLUSHALL")
        } else {
            let writer = rig.writer(state, standing == .own ? rig.owner : rig.other)
            #expect(try await writer.add(rig.page(1)) == .added)
            if standing == .silent { try await rig.fallSilent() }
            if standing == .left { try await writer.leave() }
            if standing == .finished { #expect(try await writer.finish() == nil) }
        }
        let outcome: Answer
        do throws(RunError) {
            let begun =
                switch asked {
                case .start: try await rig.runs.start("run-2", into: RunRig.collection, owner: rig.owner)
                case .restart:
                    try await rig.runs.start("run-2", into: RunRig.collection, owner: rig.owner, replacing: true)
                case .resume: try await rig.runs.resume(state, owner: rig.owner)
                }
            #expect(begun.owner == rig.owner && !begun.isFinished)
            outcome = begun.run == "run-2" ? .begun : .takenUp
            #expect(begun.page == (outcome == .begun ? 0 : 1))
        } catch {
            switch error {
            case .owned(let owner, _):
                outcome = .owned
                #expect(owner == rig.other && "\(error)".contains("process 2 on there"))
            case .unfinished(let state):
                outcome = .unfinished
                #expect(state.run == RunRig.run && state.page == 1)
            case .nothingToResume: outcome = .nothing
            case .redis(let error):
                Issue.record(error)
                return
            }
        }
        #expect(outcome == answer)
    }

    /// Its answer was lost.
    @Test(arguments: [false, true]) @Reactor func aRunMayBeBegunAgain(replacing: Bool) async throws {
        let rig = try await RunRig()
        let first = try await rig.start(replacing: replacing)
        #expect(try await rig.start(replacing: replacing) == first)
    }

    @Test @Reactor func anotherRunsFieldsAreGone() async throws {
        let rig = try await RunRig()
        _ = try await rig.runs.start("old", into: RunRig.collection, owner: rig.owner, fields: [("after", "x")])
        let state = try await rig.start(replacing: true)
        #expect(state.fields.isEmpty)
        // The old run's jobs that are still on their way are counted where they belong.
        #expect(try await rig.runs.tally(of: "old") == RunTally())
    }

    @Test @Reactor func aFullServerBeginsNoneAndLosesNone() async throws {
        let rig = try await RunRig()
        let state = try await rig.start()
        _ = try await rig.connection.string("CONFIG", "SET", "maxmemory", "1")
        await #expect {
            _ = try await rig.runs.start("run-2", into: RunRig.collection, owner: rig.owner, replacing: true)
        } throws: { error in
            guard case .redis(let error)? = error as? RunError else { return false }
            return error.serverCode == "OOM" && error.isPassing
        }
        #expect(try await rig.state() == state)
    }

    @Test func anOwnerIsReadBack() {
        let owner = RunOwner.current()
        #expect(RunOwner(owner.text) == owner)
        #expect(owner != RunOwner.current())
        #expect(RunOwner("host/1") == nil && RunOwner("host/x/y") == nil && RunOwner("") == nil)
    }
}
