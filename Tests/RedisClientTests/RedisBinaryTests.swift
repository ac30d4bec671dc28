import RedisServerFixture
import Testing

@Suite struct RedisBinaryTests {
    /// A server that was to be tested and is not there must not pass for tested.
    @Test func everyServerThatIsNamedIsThere() {
        for binary in RedisBinary.available { #expect(binary.problem == nil) }
    }

    @Test func aListOfServers() {
        #expect(RedisBinary.parse("").map(\.path) == ["redis-server"])
        let named = RedisBinary.parse("redis-8=/a/redis,valkey-9=/b/valkey=9,broken")
        #expect(named.map(\.name) == ["redis-8", "valkey-9", "broken"])
        #expect(named.map(\.path) == ["/a/redis", "/b/valkey=9", ""])
        #expect(named.allSatisfy { $0.problem != nil })
        #expect(RedisBinary.parse("sh=/bin/sh")[0].problem == nil)
    }

    @Test func aServerThatIsMissingIsNotStarted() async {
        await #expect(throws: FixtureError.self) {
            _ = try await RedisServer(on: RedisBinary.parse("none=/nonexistent")[0])
        }
    }
}
