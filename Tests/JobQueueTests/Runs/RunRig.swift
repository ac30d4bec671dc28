import Reactor
import RedisClient
import RedisServerFixture

@testable import JobQueue

/// A server of a test's own with a run on it.
@Reactor
final class RunRig {
    static let collection = "invoices"
    static let run = "run-1"
    static let perPage = 20

    let server: RedisServer
    let connection: RedisConnection
    let keys = JobKeys()
    let runs: Runs
    let owner = RunOwner(host: "here", pid: 1, token: "a")
    let other = RunOwner(host: "there", pid: 2, token: "b")

    init(on binary: RedisBinary = .standard, _ server: RedisServer? = nil) async throws {
        if let server { self.server = server } else { self.server = try await RedisServer(on: binary) }
        connection = self.server.connection()
        runs = Runs(connection: connection, keys: keys)
    }

    func start(_ owner: RunOwner? = nil, replacing: Bool = false) async throws -> RunState {
        try await runs.start(Self.run, into: Self.collection, owner: owner ?? self.owner, replacing: replacing)
    }

    func writer(_ state: RunState, _ owner: RunOwner? = nil, on connection: RedisConnection? = nil) -> RunWriter {
        RunWriter(
            connection: connection ?? server.connection(),
            keys: keys,
            state: state,
            owner: owner ?? self.owner
        )
    }

    func startedWriter() async throws -> RunWriter { writer(try await start()) }

    /// The jobs' ids say which page they are of.
    func page(_ number: Int, count: Int = perPage) -> JobPage {
        var page = JobPage(keys: keys)
        for index in 0..<count {
            page.begin(fields: 4)
            for text in ["v", "1", "id", "\(number)-\(index)", "type", "save", "content", "text"] { page.append(text) }
        }
        return page
    }

    /// Nothing is written for so long that another owner may take the run.
    func fallSilent() async throws {
        _ = try await connection.integer("HSET", keys.backfill(Self.collection), "seen_ms", "1")
    }

    func state() async throws -> RunState? { try await runs.state(of: Self.collection) }

    /// What stands on the lane, as far as it is not what the pages say: each job of each once.
    func isExact(pages: Int) async throws -> Bool {
        let wanted = (0..<pages).flatMap { page in (0..<Self.perPage).map { "\(page + 1)-\($0)" } }
        return try await jobIDs() == wanted
    }

    func jobIDs() async throws -> [String] {
        var cursor = try await connection.execute(RedisCommand("XRANGE", keys.jobs(.bulk), "-", "+")).cursor
        return try (0..<(try cursor.array() ?? 0)).map { _ in
            _ = try cursor.array()
            try cursor.skip()
            var id = ""
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                let name = try cursor.scalarText()
                let value = try cursor.scalarText()
                if name == "id" { id = value ?? "" }
            }
            return id
        }
    }
}
