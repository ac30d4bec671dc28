import JobQueue
import Testing

@testable import Worker

@Suite("DeathWatch")
struct DeathWatchTests {
    /// What is seen at a time in ms, and who is dead then.
    enum Look: Sendable {
        case missing([String], at: Int, dead: [String])
        case failed(at: Int)
        case goodbye(String)
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let looks: [Look]
    }

    static let stories = [
        Story(
            testDescription: "missing for long enough, at each look",
            looks: [
                .missing(["a"], at: 0, dead: []), .missing(["a"], at: 50, dead: []),
                .missing(["a", "b"], at: 100, dead: ["a"]), .missing(["a", "b"], at: 200, dead: ["a", "b"]),
            ]
        ),
        Story(
            testDescription: "one that shows itself in between begins anew",
            looks: [
                .missing(["a"], at: 0, dead: []), .missing([], at: 50, dead: []),
                .missing(["a"], at: 100, dead: []), .missing(["a"], at: 200, dead: ["a"]),
            ]
        ),
        Story(
            testDescription: "after Redis was away its workers get time to show themselves",
            looks: [
                .missing(["a"], at: 0, dead: []), .failed(at: 50), .missing(["a", "b"], at: 300, dead: []),
                .missing(["a", "b"], at: 1_060, dead: []), .missing(["a"], at: 1_160, dead: ["a"]),
            ]
        ),
        Story(
            testDescription: "who says goodbye is gone at once",
            looks: [
                .goodbye("a"), .missing(["a", "b"], at: 0, dead: ["a"]), .missing(["b"], at: 10, dead: []),
                // Forgotten once it is seen no more.
                .missing(["a"], at: 20, dead: []),
            ]
        ),
        Story(
            testDescription: "a goodbye counts also right after Redis was away",
            looks: [
                .failed(at: 0), .goodbye("a"), .missing(["a"], at: 10, dead: []),
                .missing(["a"], at: 1_000, dead: ["a"]),
            ]
        ),
    ]

    @Test("Who is dead", arguments: stories)
    func story(_ story: Story) {
        var watch = DeathWatch(confirmation: .milliseconds(100), grace: .seconds(1))
        let start = ContinuousClock.now
        for look in story.looks {
            switch look {
            case .missing(let names, let time, let dead):
                let consumers = names.map { GroupCensus.Consumer(lane: .save, name: $0) }
                let found = watch.observed(consumers, at: start + .milliseconds(time))
                #expect(found.map(\.name).sorted() == dead, "at \(time) ms")
            case .failed(let time): watch.failed(at: start + .milliseconds(time))
            case .goodbye(let name): watch.saidGoodbye(name)
            }
        }
    }
}
