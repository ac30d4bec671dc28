import JobQueue
import Memory
import Testing

@testable import Doctor

@Suite("Doctor: what stands in the queue")
struct QueueJudgementTests {
    struct Workers: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let members: [ConsumerCensus.Member]
        var undelivered = 0
        let findings: [(severity: Severity, words: String)]
    }

    private static func member(_ name: String, alive: Bool, held: Int = 0, idle: Duration = .seconds(1))
        -> ConsumerCensus.Member
    {
        ConsumerCensus.Member(name: name, isAlive: alive, pending: [(lane: .save, count: held)], idle: idle)
    }

    @Test(
        "Workers",
        arguments: [
            Workers(testDescription: "none, nothing to do", members: [], findings: [(.ok, "none")]),
            Workers(
                testDescription: "none, jobs wait",
                members: [],
                undelivered: 7,
                findings: [(.warning, "7 entries wait")]
            ),
            Workers(
                testDescription: "one lives",
                members: [member("a", alive: true, held: 3)],
                undelivered: 7,
                findings: [(.ok, "1 run")]
            ),
            Workers(
                testDescription: "one died alone",
                members: [member("a", alive: false, held: 3, idle: .seconds(240))],
                findings: [(.warning, "a is gone, last seen 4 min ago, and holds 3 entries (save 3)")]
            ),
            Workers(
                testDescription: "one died just now, another lives",
                members: [member("a", alive: false, held: 1), member("b", alive: true)],
                findings: [(.ok, "1 run"), (.note, "within seconds")]
            ),
            Workers(
                testDescription: "one died, and nobody takes over",
                members: [member("a", alive: false, held: 1, idle: .seconds(90)), member("b", alive: true)],
                findings: [(.warning, "although 1 run")]
            ),
            Workers(
                testDescription: "one died without jobs",
                members: [member("a", alive: false), member("b", alive: true)],
                findings: [(.ok, "1 run"), (.note, "1 that are gone")]
            ),
            Workers(
                testDescription: "many died",
                members: (1...8).map { member("w\($0)", alive: false, held: 2) },
                findings: Array(repeating: (.warning, "is gone"), count: 5) + [(.warning, "3 more workers")]
            ),
        ]
    )
    func workers(expected: Workers) {
        var census = ConsumerCensus()
        census.members = expected.members
        census.undelivered = expected.undelivered
        let findings = ConsumerCheck.judge(census)
        #expect(findings.map(\.severity) == expected.findings.map(\.severity), "\(findings)")
        for (finding, wanted) in zip(findings, expected.findings) {
            #expect(finding.text.contains(wanted.words), "\(finding)")
            #expect(finding.severity != .warning || finding.remedy.first?.hasPrefix("memoir worker") == true)
        }
    }

    @Test(
        "Lanes",
        arguments: [
            (79, 100, nil, []), (80, 100, nil, [.warning]), (100, 100, nil, [.failure]), (500, nil, nil, []),
            (500, 0, nil, []), (Int.max, Int.max, nil, [.failure]), (5, nil, Duration.seconds(60), [.warning]),
            (100, 100, .zero, [.failure, .warning]), (Int.max, 1, nil, [.failure]),
        ] as [(Int, Int?, Duration?, [Severity])]
    )
    func lanes(length: Int, limit: Int?, pausedFor: Duration?, severities: [Severity]) {
        let state = LaneCheck.LaneState(lane: .bulk, length: length, limit: limit, pausedFor: pausedFor)
        let findings = LaneCheck.judge([state])
        #expect(findings.map(\.severity) == (severities.isEmpty ? [.ok] : severities))
        if pausedFor != nil { #expect(findings.last?.remedy == ["memoir resume bulk"]) }
    }

    private func worker(_ figures: [String: String]) -> MemoryStatistics.Worker {
        MemoryStatistics.Worker(id: "w", figures: figures.map { (name: $0.key, value: $0.value) })
    }

    @Test("Workers that wait for a service are told once for each service and reason")
    func circuits() {
        #expect(CircuitCheck.judge([]).map(\.severity) == [.ok])
        #expect(CircuitCheck.judge([worker(["embedding_problem": ""])]).map(\.severity) == [.ok])
        let away = worker(["embedding_problem": "refused", "embedding_circuit": "open", "store_problem": ""])
        let both = worker(["embedding_problem": "refused", "embedding_circuit": "open", "store_problem": "full"])
        let findings = CircuitCheck.judge([away, both])
        #expect(findings.map(\.severity) == [.warning, .warning])
        #expect(findings[0].text == "2 workers wait for the embedding service, circuit open: refused")
        #expect(findings[1].text == "1 worker waits for Qdrant, circuit unknown: full")
    }

    @Test("Dead letters are told with their most frequent codes")
    func deadLetters() {
        #expect(DeadLetterCheck.judge(count: 0, codes: [:]).severity == .ok)
        let finding = DeadLetterCheck.judge(count: 900, codes: ["a": 2, "b": 150, "c": 9, "d": 2])
        #expect(finding.severity == .warning)
        #expect(finding.text == "900; of the newest 200: b 150, c 9, a 2")
        #expect(finding.remedy == ["memoir dead list"])
    }

    @Test("Entries held for too long are told with the worst first")
    func held() {
        #expect(HeldEntryCheck.judge([]).map(\.severity) == [.ok])
        let findings = HeldEntryCheck.judge([
            .init(worker: "a", lane: .save, count: 2, longest: .seconds(400)),
            .init(worker: "b", lane: .bulk, count: 100, longest: .seconds(9_000)),
        ])
        #expect(findings.map(\.severity) == [.warning, .warning])
        #expect(findings[0].text.contains("b lives and has held 100 or more of bulk for up to 2 h"))
    }

    @Test("Keys of another type are moved aside, not deleted")
    func keyTypes() {
        let found: [KeyTypeCheck.Key] = [
            .init(name: "memory:{0}:jobs:save", expected: "stream", found: "string"),
            .init(name: "memory:{0}:dead", expected: "stream", found: "none"),
            .init(name: "memory:{0}:stats", expected: "hash", found: "hash"),
        ]
        let findings = KeyTypeCheck.judge(found, cli: TestCommands.cli)
        #expect(findings.map(\.severity) == [.failure])
        #expect(findings[0].remedy[0].contains("RENAMENX 'memory:{0}:jobs:save' 'memory:{0}:jobs:save.wrong'"))
        #expect(KeyTypeCheck.judge([found[1], found[2]], cli: TestCommands.cli).map(\.severity) == [.ok])
    }

    @Test(
        "Keys are known by name, whatever the prefix",
        arguments: [
            ("jobs:bulk", true), ("delayed", true), ("dead", true), ("stats", true), ("paused", true),
            ("limits", true), ("rates", true), ("history", true), ("control", true), ("cancelled", true),
            ("lease:promoter", true), ("worker:a", true), ("generations", true), ("provider", true),
            ("settled:w1", true),
            ("cost:2026-07-28", true), ("replies:x", true), ("result:1", true), ("cache:embedding:00", true),
            ("jobs:slow", false),
            ("jobs:save.wrong", false), ("notes", false),
        ]
    )
    func knownKeys(name: String, isKnown: Bool) {
        let known = KnownKeys(JobKeys(prefix: "a[b]:", partition: "7"))
        #expect((known.kind(of: Array("a[b]:{7}:\(name)".utf8)) != nil) == isKnown)
        #expect(known.kind(of: Array("memory:{7}:\(name)".utf8)) == nil)
        #expect(known.pattern == #"a\[b\]:{7}:*"#)
    }
}
