import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct GreetingTests {
    struct Login: Sendable, CustomTestStringConvertible {
        var username: String?
        var password: String?
        let isAccepted: Bool
        var testDescription: String { "\(username ?? "-") \(password ?? "-")" }
    }

    @Test(arguments: [
        Login(password: "secret", isAccepted: true),
        Login(username: "default", password: "secret", isAccepted: true),
        Login(username: "worker", password: "p w", isAccepted: true),
        Login(password: "wrong", isAccepted: false),
        Login(username: "worker", password: "secret", isAccepted: false),
        Login(username: "nobody", password: "secret", isAccepted: false),
        Login(isAccepted: false),
    ])
    @Reactor
    func userAndPassword(login: Login) async throws {
        let server = try await RedisServer("--requirepass", "secret")
        let administrator = connect(to: server) { $0.password = "secret" }
        _ = try await administrator.execute(RedisCommand("ACL", "SETUSER", "worker", "on", ">p w", "~*", "+@all"))
        let connection = connect(to: server) {
            $0.username = login.username
            $0.password = login.password
            $0.commandTimeout = login.isAccepted ? .seconds(20) : .milliseconds(400)
        }
        let error = await failureOfPing(on: connection) { $0.code == .authenticationFailed }
        #expect(error?.code == (login.isAccepted ? nil : .authenticationFailed))
        if let password = login.password { #expect(error?.message.contains(password) != true) }
    }

    @Test @Reactor func aDatabaseAndANameOnEachConnection() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) { $0.database = 3 }
        _ = try await connection.execute(RedisCommand("SET", "here", "1"))
        let info = try await connection.execute(RedisCommand("CLIENT", "INFO")).string ?? ""
        #expect(info.contains("db=3 ") && info.contains("name=memoir "))
        let other = connect(to: server)
        #expect(try await other.execute(RedisCommand("EXISTS", "here")).integer == 0)
        let outOfRange = connect(to: server) {
            $0.database = 99
            $0.commandTimeout = .milliseconds(300)
        }
        let error = await failureOfPing(on: outOfRange) { $0.message.contains("DB index") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("DB index is out of range") == true)
    }

    @Test @Reactor func aUnixSocket() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) { $0.endpoint = .unix(path: server.socketPath) }
        #expect(try await connection.execute(RedisCommand("PING")).string == "PONG")
    }

    @Test @Reactor func aNameIsResolved() async throws {
        let server = try await RedisServer()
        let connection = connect(to: server) { $0.endpoint = .tcp(host: "localhost", port: server.port) }
        #expect(try await connection.execute(RedisCommand("PING")).string == "PONG")
        let nowhere = connect(to: server) {
            $0.endpoint = .tcp(host: "no-such-host.invalid", port: 6379)
            $0.commandTimeout = .milliseconds(500)
        }
        let error = await failureOfPing(on: nowhere) { $0.message.contains("no-such-host.invalid") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    /// The server says why before it hangs up; a password must not be blamed for it.
    @Test(arguments: [nil, "secret"]) @Reactor
    func aServerThatIsFullIsToldFromAWrongPassword(password: String?) async throws {
        let server = try await RedisServer("--maxclients", "1")
        let first = connect(to: server)
        _ = try await first.execute(RedisCommand("PING"))
        let connection = connect(to: server) {
            $0.password = password
            $0.commandTimeout = .milliseconds(300)
        }
        let error = await failureOfPing(on: connection) { $0.message.contains("max number of clients") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("max number of clients") == true)
    }
}
