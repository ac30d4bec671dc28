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

    @Test(arguments: [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true), (0o602, true)])
    func aFileThatOthersMayReadOrChangeIsExposed(mode: Int, isExposed: Bool) throws {
        let bench = try Bench("a")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: bench.path)
        #expect(FileStamp(of: bench.path)?.isExposed == isExposed)
    }

    /// What was read from an older file must not come back.
    @Test func oneReadsAtATime() async throws {
        let bench = try Bench("a")
        let isSlow = Atomic<Bool>(false)
        let readers = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let book = try TokenBook<Int>(
            path: bench.path,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { bench.time.withLock { $0 } },
            read: {
                most.max(readers.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                defer { readers.subtract(1, ordering: .relaxed) }
                let text = try String(contentsOfFile: bench.path, encoding: .utf8)
                while isSlow.load(ordering: .relaxed) { usleep(1_000) }
                return [AccessToken(name: text, digest: [], caller: 0)]
            }
        )
        isSlow.store(true, ordering: .relaxed)
        try bench.write("b")
        bench.advance(.seconds(1))
        let slow = Task.detached { names(book) }
        while readers.load(ordering: .relaxed) == 0 { usleep(1_000) }
        try bench.write("c")
        bench.advance(.seconds(1))
        #expect(names(book) == ["a"])
        isSlow.store(false, ordering: .relaxed)
        #expect(await slow.value == ["b"])
        bench.advance(.seconds(1))
        #expect(names(book) == ["c"])
        #expect(most.load(ordering: .relaxed) == 1)
    }

    @Test func theFirstReadingTellsWhatIsWrong() throws {
        let bench = try Bench("wrong")
        #expect(throws: Refused.self) { try bench.book() }
    }
}
