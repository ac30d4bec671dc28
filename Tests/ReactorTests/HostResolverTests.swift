import Reactor
import Testing

@Suite struct HostResolverTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("localhost", "127.0.0.1"),
        ]
    )
    func aNameOrAnAddress(host: String, expected: String) async throws {
        let addresses = try await HostResolver.resolve(host: host, port: 80)
        #expect(addresses.contains { $0.numericHost == expected })
    }

    @Test func aNameThatIsNone() async {
        let error = await #expect(throws: HostResolverError.self) {
            try await HostResolver.resolve(host: "no such host", port: 80)
        }
        #expect(error?.description.contains("no such host") == true)
    }
}
