import Crypto
import Testing

@testable import Ops

@Suite struct TokenTableTests {
    private static func token(_ name: String, _ text: String) -> AccessToken<Int> {
        AccessToken(name: name, digest: Array(SHA256.hash(data: Array(text.utf8))), caller: name.count)
    }

    @Test(
        arguments: [
            ("Bearer first-of-all-tokens", "a"), ("bearer first-of-all-tokens", "a"),
            ("Bearer second-of-all-tokens", "bb"), ("Bearer first-of-all-token", nil), ("Bearer ", nil),
            ("Bearer first-of-all-tokenss", nil), ("Bearer FIRST-OF-ALL-TOKENS", nil), ("Bearer third", nil),
        ] as [(String, String?)]
    )
    func findsAToken(field: String, name: String?) throws {
        let table = TokenTable(tokens: [
            Self.token("a", "first-of-all-tokens"), Self.token("bb", "second-of-all-tokens"),
        ])
        #expect(table.token(try #require(BearerToken(field)))?.name == name)
    }

    @Test func anEmptyTableFindsNothing() throws {
        #expect(TokenTable<Int>(tokens: []).token(try #require(BearerToken("Bearer x"))) == nil)
    }
}
