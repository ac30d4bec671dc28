import JobQueue
import Memory
import Synchronization
import Testing

@testable import memoir

@Suite("memoir stats --watch")
struct StatisticsWatchTests {
    /// What is written, in order: pictures and figures, and what is told beside them.
    private final class Said: Sendable {
        let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private static let figures = SystemStatistics(
        memory: MemoryStatistics(),
        cost: CostStatistics(),
        collections: [],
        model: .init(name: "m", dimensions: 3),
        limits: SpendingLimits(),
        rate: []
    )

    /// Figures, two failures, figures again.
    private func said(isJSON: Bool, window: ScreenTerminal.Size?) -> [String] {
        let said = Said()
        var watch = StatisticsWatch(
            isJSON: isJSON,
            window: { window },
            write: { text in
                said.add("written: \(text)")
                return true
            },
            tell: { said.add("told: \($0)") }
        )
        watch.show(Self.figures, at: LogTime(milliseconds: 1_000))
        watch.failed("refused", at: LogTime(milliseconds: 2_000))
        watch.failed("refused", at: LogTime(milliseconds: 3_000))
        watch.show(Self.figures, at: LogTime(milliseconds: 4_000))
        return said.lines.withLock { $0 }
    }

    @Test("A terminal keeps the last figures while Redis is away, says whose they are and why")
    func terminal() throws {
        let said = said(isJSON: false, window: ScreenTerminal.Size(columns: 120, rows: 24))
        #expect(said.count == 4)
        #expect(
            said.allSatisfy { $0.hasPrefix("written: \u{1B}[H\u{1B}[2J1970-01-01T00:00:0") && $0.contains("lane ") }
        )
        let age = "The figures are those of 1970-01-01T00:00:01.000Z."
        #expect(said[1].contains("02.000Z  Redis is away; trying again\nrefused\n\(age)\n\nlane"))
        #expect(said[2].contains("03.000Z  Redis is away; trying again\nrefused\n\(age)\n\nlane"))
        #expect(!said[3].contains("away"))
    }

    @Test("It is over when nobody reads any more")
    func closed() {
        var watch = StatisticsWatch(isJSON: true, window: { nil }, write: { _ in false })
        #expect(!watch.isOver)
        watch.show(Self.figures)
        #expect(watch.isOver)
    }

    @Test("Nothing leaves the window")
    func small() {
        for line in said(isJSON: false, window: ScreenTerminal.Size(columns: 20, rows: 5)) {
            let picture = line.replacing("written: \u{1B}[H\u{1B}[2J", with: "").split(separator: "\n")
            #expect(picture.count <= 4 && picture.allSatisfy { $0.count <= 20 })
        }
    }

    @Test("Elsewhere each outage is told once, and its end, beside the figures", arguments: [false, true])
    func pipe(isJSON: Bool) {
        // Programs get JSON on a terminal too.
        let said = said(isJSON: isJSON, window: isJSON ? ScreenTerminal.Size(columns: 80, rows: 24) : nil)
        #expect(said.count == 4)
        #expect(said[0].hasPrefix(isJSON ? "written: {" : "written: 1970-01-01T00:00:01.000Z\nlane"))
        #expect(said[1] == "told: Redis is away; trying again: refused")
        #expect(said[2] == "told: Redis is back")
        #expect(said[3].hasPrefix(isJSON ? "written: {" : "written: 1970-01-01T00:00:04.000Z\nlane"))
    }
}
