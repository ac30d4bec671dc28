import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// The connection breaks in the middle of commands and replies.
@Suite(.timeLimit(.minutes(2)))
struct CutConnectionTests {
    static let faults: [FaultyProxy.Fault] =
        [1, 2, 15, 16, 17, 1_000, 12_345].map { .cutReplies(afterBytes: $0) }
        + [1, 30, 33, 5_000, 20_001].map { .cutCommands(afterBytes: $0) }

    /// What was sent is answered or lost, in that order; what waited goes on the new connection.
    @Test(arguments: faults) @Reactor
    func whatWasSentIsLostAndWhatWaitedIsSent(fault: FaultyProxy.Fault) async throws {
        let server = try await RedisServer()
        let proxy = try FaultyProxy(to: server.port, [fault])
        defer { proxy.stop() }
        // Without a greeting, so that the cut falls among the commands.
        let connection = connect(port: proxy.port) {
            $0.clientName = ""
            $0.commandTimeout = .seconds(20)
        }
        let sent = try (0..<2_000).map { try connection.begin(RedisCommand("ECHO", "\($0)")) }
        var answered = 0
        var lost = 0
        for (number, request) in sent.enumerated() {
            do throws(RedisError) {
                let text = try await request.reply().string
                #expect(text == "\(number)" && lost == 0)
                answered += 1
            } catch {
                #expect(error.code == .connectionLost && error.isPassing)
                lost += 1
            }
        }
        #expect(lost > 0 && answered + lost == 2_000)
        let waiting = try (0..<500).map { try connection.begin(RedisCommand("ECHO", "again \($0)")) }
        for (number, request) in waiting.enumerated() {
            let text = try await request.reply().string
            #expect(text == "again \(number)")
        }
        #expect(proxy.connections == 2 && connection.epoch == 2)
    }

    /// Many tasks over many cuts: nobody ever sees another's reply.
    @Test @Reactor func repliesAreNeverMismatched() async throws {
        let server = try await RedisServer()
        let cuts = (1...12).map { FaultyProxy.Fault.cutReplies(afterBytes: 1 + $0 * $0 * 97 % 6_000) }
        let proxy = try FaultyProxy(to: server.port, cuts)
        defer { proxy.stop() }
        let connection = connect(port: proxy.port) {
            $0.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(20))
            $0.commandTimeout = .seconds(20)
        }
        let tasks = (0..<100).map { task in
            Task { try await Self.echo(task, on: connection) }
        }
        var wrong = 0
        for task in tasks { wrong += try await task.value }
        #expect(wrong == 0)
        #expect(proxy.connections == 13)
    }

    /// How many replies were another's.
    @Reactor
    private static func echo(_ task: Int, on connection: RedisConnection) async throws -> Int {
        var wrong = 0
        for number in 0..<100 {
            let text = "\(task):\(number)"
            var reply: String?
            while reply == nil {
                do throws(RedisError) {
                    reply = try await connection.execute(RedisCommand("ECHO", text)).string
                } catch {
                    guard error.code == .connectionLost else { throw error }
                }
            }
            if reply != text { wrong += 1 }
        }
        return wrong
    }
}
