import Foundation
import Logging
import Synchronization
import Testing

@testable import Ops

/// A file of tokens that changes while requests come.
@Suite struct TokenBookTests {
    private struct Refused: Error {}

    /// A file whose words are the names of the tokens; with the word `wrong` it cannot be read.
    private final class Bench: Sendable {
        let path = NSTemporaryDirectory() + "tokens-\(UUID().uuidString)"
        let time = Mutex(ContinuousClock.now)
        let reads = Atomic<Int>(0)

        init(_ text: String) throws {
            try write(text)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String) throws {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }

        func advance(_ duration: Duration) {
            time.withLock { $0 += duration }
        }

        func book() throws -> TokenBook<Int> {
            try TokenBook(
                path: path,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                now: { self.time.withLock { $0 } },
                read: {
                    self.reads.add(1, ordering: .relaxed)
                    let words = try String(contentsOfFile: self.path, encoding: .utf8).split(separator: " ")
                    if words.contains("wrong") { throw Refused() }
                    return words.map { AccessToken(name: String($0), digest: [], caller: 0) }
                }
            )
        }
    }

    private func names(_ book: TokenBook<Int>) -> [String] { book.table.tokens.map(\.name) }

    @Test func isReadAgainWhenTheFileChanges() throws {
        let bench = try Bench("a b")
        let book = try bench.book()
        #expect(names(book) == ["a", "b"])
        try bench.write("c")
        bench.advance(.milliseconds(999))
        #expect(names(book) == ["a", "b"], "it is looked at once a second")
        bench.advance(.milliseconds(1))
        #expect(names(book) == ["c"])
    }

    @Test func isNotReadAgainWhileTheFileStays() throws {
        let bench = try Bench("a")
        let book = try bench.book()
        for _ in 0..<5 {
            bench.advance(.seconds(2))
            #expect(names(book) == ["a"])
        }
        #expect(bench.reads.load(ordering: .relaxed) == 1)
    }

    @Test func theOldOnesStayWhereTheNewOneIsWrongOrGone() throws {
        let bench = try Bench("a")
        let book = try bench.book()
        try bench.write("wrong")
        bench.advance(.seconds(1))
        #expect(names(book) == ["a"])
        bench.advance(.seconds(1))
        #expect(names(book) == ["a"])
        #expect(bench.reads.load(ordering: .relaxed) == 2, "what is wrong is not read again and again")
        try FileManager.default.removeItem(atPath: bench.path)
        bench.advance(.seconds(1))
        #expect(names(book) == ["a"])
        try bench.write("b")
        bench.advance(.seconds(1))
        #expect(names(book) == ["b"])
    }

    @Test func theFirstReadingTellsWhatIsWrong() throws {
        let bench = try Bench("wrong")
        #expect(throws: Refused.self) { try bench.book() }
    }
}
