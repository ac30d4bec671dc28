import JobQueue
import Memory
import Testing

@testable import memoir

@Suite("memoir top: the screen")
struct TopScreenTests {
    private static let now = 1_772_357_400_000

    /// Four lanes, of which `change` alters what it likes.
    private func statistics(
        workers: Int = 2,
        _ change: (inout MemoryStatistics) -> Void = { _ in }
    ) -> SystemStatistics {
        var memory = MemoryStatistics()
        memory.lanes = Lane.allCases.map { LaneStatistics(lane: $0, entries: 0, pending: 0) }
        memory.workers = (0..<workers).map { number in
            MemoryStatistics.Worker(
                id: "host-\(number)",
                figures: [
                    (name: "in_flight:save", value: "\(number)"), (name: "finished", value: "5123"),
                    (name: "embedding_circuit", value: "closed"), (name: "store_circuit", value: "open"),
                ]
            )
        }
        change(&memory)
        return SystemStatistics(
            memory: memory,
            cost: CostStatistics(),
            collections: [],
            model: .init(name: "m", dimensions: 3),
            limits: SpendingLimits(),
            rate: []
        )
    }

    private func screen(
        _ statistics: SystemStatistics?,
        columns: Int = 80,
        rows: Int = 24,
        _ change: (inout TopFigures) -> Void = { _ in }
    ) -> [String] {
        var figures = TopFigures(statistics: statistics, readAt: Self.now, server: "127.0.0.1:6379")
        change(&figures)
        return TopScreen(figures: figures, now: Self.now).lines(columns: columns, rows: rows).map(\.text)
    }

    @Test(
        "It fills the window and never leaves it",
        arguments: [(80, 24), (120, 40), (40, 10), (20, 5), (3, 2), (1, 1), (200, 60)]
    )
    func fits(columns: Int, rows: Int) {
        for workers in [0, 2, 300] {
            var figures = TopFigures(statistics: statistics(workers: workers), readAt: Self.now, server: "redis")
            figures.problem = workers == 2 ? "cannot_connect: refused 日本語" : nil
            let lines = TopScreen(figures: figures, now: Self.now).lines(columns: columns, rows: rows)
            #expect(lines.count == rows)
            #expect(lines.allSatisfy { $0.width <= columns })
        }
        #expect(screen(nil, columns: 0, rows: 0).isEmpty)
    }

    @Test(
        "A lane says whether its lag is counted, and whether it drains",
        arguments: [
            (LaneFlow.Undelivered.exact(1_200), 10, 20, 120_000, ["1,200", "2m"]),
            (.estimated(34_000), 10, 20, 9_500, ["~34,000", "9.5s"]),
            (.exact(7), 20, 10, nil, ["grows"]), (.exact(7), 0, 0, nil, ["stands"]), (.exact(7), nil, nil, nil, ["?"]),
        ] as [(LaneFlow.Undelivered, Int?, Int?, Int?, [String])]
    )
    func lane(undelivered: LaneFlow.Undelivered, came: Int?, left: Int?, drain: Int?, shown: [String]) throws {
        let screen = screen(
            statistics { memory in
                var lane = LaneStatistics(
                    lane: .bulk,
                    entries: undelivered.count + 3,
                    pending: 3,
                    undelivered: undelivered
                )
                (lane.came, lane.left, lane.drain, lane.oldest) = (came, left, drain, 61_000)
                memory.lanes[3] = lane
            }
        )
        let line = try #require(screen.first { $0.hasPrefix("bulk") })
        for text in shown + ["61s"] { #expect(line.split(separator: " ").contains(Substring(text)), "\(line)") }
        let empty = try #require(screen.first { $0.hasPrefix("search") })
        #expect(empty.split(separator: " ").suffix(2) == ["-", "-"])
    }

    @Test(
        "A narrow window keeps what tells most of the lanes, and where there is room an hour stands beside them",
        arguments: [
            (10, ["lane", "…"]), (20, ["lane", "waiting"]), (40, ["lane", "waiting", "oldest", "empty", "in"]),
            (44, ["lane", "waiting", "in", "work", "oldest", "empty", "in"]),
            (52, ["lane", "waiting", "in", "work", "left/s", "oldest", "empty", "in"]),
            (60, ["lane", "waiting", "in", "work", "came/s", "left/s", "oldest", "empty", "in"]),
            (71, ["lane", "waiting", "in", "work", "came/s", "left/s", "oldest", "empty", "in", "an", "hour"]),
        ]
    )
    func narrow(columns: Int, titles: [String]) throws {
        let header = try #require(screen(statistics(), columns: columns).first { $0.hasPrefix("lane") })
        #expect(header.split(separator: " ").map(String.init) == titles)
    }

    @Test("A narrow window shows all of the summary, and what each worker holds in all")
    func narrowRest() throws {
        let lines = screen(
            statistics {
                $0.workers[0] = .init(id: "host-0", figures: [("in_flight:save", "2"), ("in_flight:bulk", "5")])
            },
            columns: 40
        )
        let text = lines.joined(separator: "\n")
        for part in [
            "delayed 0", "dead letters 0", "cache hits -", "circuits embedding closed, store open", "cost today",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let worker = try #require(lines.first { $0.hasPrefix("host-0") })
        #expect(worker.split(separator: " ") == ["host-0", "7", "-"])
    }

    @Test(
        "A lane is nearly full from nine tenths on",
        arguments: [(89, 100, false), (90, 100, true), (0, 5, false), (5, 5, true), (0, 1, false)]
    )
    func nearlyFull(entries: Int, bound: Int, isTold: Bool) {
        let text = screen(
            statistics { memory in
                memory.lanes[1] = LaneStatistics(lane: .save, entries: entries, pending: 0)
                memory.lanes[1].bound = bound
            }
        )
        .joined(separator: "\n")
        #expect(text.contains("full") == isTold)
    }

    @Test("Where colours are not wanted there are none, and what is wrong stays conspicuous")
    func colours() {
        var line = StyledLine("a", .good)
        for (text, style) in [("b", .bad), ("c", .dim), ("d", .plain), ("e", .bar)] as [(String, StyledLine.Style)] {
            line.add(text, style)
        }
        let esc = "\u{1B}["
        #expect(
            line.escaped(inColour: true) == "\(esc)32ma\(esc)0m\(esc)31mb\(esc)0m\(esc)2mc\(esc)0md\(esc)7me\(esc)0m"
        )
        #expect(line.escaped(inColour: false) == "a\(esc)1mb\(esc)0m\(esc)2mc\(esc)0md\(esc)7me\(esc)0m")
    }

    @Test("What an operator must know stands out: paused, orphaned and full lanes, circuits, letters, problems")
    func notes() {
        let text = screen(
            statistics { memory in
                memory.lanes[0].pausedSince = Self.now
                memory.lanes[1] = LaneStatistics(lane: .save, entries: 100, pending: 9)
                memory.lanes[1].bound = 100
                memory.lanes[1].orphaned = 7
                memory.dead = 1_234
                memory.workers[0] = .init(id: "w\u{1B}[2J", figures: [(name: "store_problem", value: "no\u{7}room")])
            }
        )
        .joined(separator: "\n")
        for note in [
            "search is paused since 09:30:00", "save: 7 are held by workers that are gone",
            "save is full: producers are refused, 100 of 100", "dead letters 1,234", "store open", "no room",
        ] { #expect(text.contains(note), "\(note)") }
        #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
    }

    @Test("While Redis is away it says so, with the age of what is shown")
    func away() {
        let early = screen(nil) { $0.problem = "cannot_connect" }.joined(separator: "\n")
        #expect(early.contains("Redis is away; trying again") && early.contains("cannot_connect"))
        let late = screen(statistics()) { $0.problem = "cannot_connect" }.joined(separator: "\n")
        #expect(late.contains("Redis is away; the figures are those of 09:30:00") && late.contains("search"))
        #expect(screen(statistics()) { $0.isPaused = true }[0].contains("PAUSED"))
    }

    @Test("Workers that hold most come first, and those that find no room are told of")
    func workers() throws {
        let few = screen(statistics(workers: 3))
        let rows = few.filter { $0.hasPrefix("host-") }.map { $0.prefix(6) }
        #expect(rows == ["host-2", "host-1", "host-0"])
        let many = screen(statistics(workers: 50))
        #expect(many.contains { $0.contains("50 workers; a higher window shows more") })
        #expect(many.last?.contains("quit") == true)
        #expect(screen(statistics(workers: 0)).contains { $0.contains("no worker runs") })
    }

    @Test(
        "The last hour in bars: the mean of what falls into each, and a gap where nothing was measured",
        arguments: [
            ([], 4, "    "), ([(time: 100, value: 0)], 4, "   ▁"),
            ([(time: 10, value: 7), (time: 40, value: 0), (time: 99, value: 14)], 4, "▅▁ █"),
            ([(time: 60, value: 4), (time: 70, value: 12), (time: 100, value: 16)], 4, "  ▅█"),
            ([(time: 0, value: 9), (time: 101, value: 9)], 4, "    "), ([(time: 50, value: 9)], 0, ""),
        ] as [([(time: Int, value: Int)], Int, String)]
    )
    func sparkline(samples: [(time: Int, value: Int)], columns: Int, bars: String) {
        #expect(Sparkline.text(samples, end: 100, span: 100, columns: columns) == bars)
    }

    @Test(
        "Times in few columns",
        arguments: [
            (0, "0ms"), (999, "999ms"), (9_540, "9.5s"), (99_000, "99s"), (100_000, "1m"), (5_999_000, "99m"),
            (12_000_000, "3h20m"), (400_000_000, "4d"),
        ]
    )
    func durations(milliseconds: Int, text: String) {
        #expect(ShortDuration.text(milliseconds: milliseconds) == text)
    }
}
