import Crypto
import HTTPTypes
import Hummingbird
import Logging
import Testing

@testable import Ops

/// Who is let in, decided from the header fields alone.
@Suite struct MCPAccessTests {
    private static let token = "a-token-of-the-tests"

    private func rules(_ host: String = "127.0.0.1") -> RequestRules {
        var configuration = OpsConfiguration()
        configuration.host = host
        return RequestRules(configuration)
    }

    private func access() throws -> MCPAccess<String> {
        let digest = Array(SHA256.hash(data: Array(Self.token.utf8)))
        let book = try TokenBook(path: "/nowhere", logger: Logger(label: "test")) {
            [AccessToken(name: "agents", digest: digest, caller: "caller of a token")]
        }
        return .tokens(book)
    }

    private func outcome(_ access: MCPAccess<String>, _ facts: RequestRules.Facts, _ rules: RequestRules) -> String {
        do throws(OpsError) {
            let (caller, owner) = try access.admit(facts, rules)
            return "\(caller), \(owner)"
        } catch {
            return "\(error.status) \(error.code)"
        }
    }

    @Test(
        arguments: [
            (nil, "401 unauthorized"), ("Basic a-token-of-the-tests", "401 unauthorized"),
            ("a-token-of-the-tests", "401 unauthorized"), ("Bearer a-token-of-the-tests", "caller of a token, agents"),
            ("Bearer another-token-of-theirs", "401 invalid_token"), ("Bearer ", "401 invalid_token"),
        ] as [(String?, String)]
    )
    func tokensLetIn(authorization: String?, expected: String) throws {
        let facts = RequestRules.Facts(host: "localhost:8420", authorization: authorization)
        #expect(outcome(try access(), facts, rules()) == expected)
        #expect(outcome(try access(), facts, rules("0.0.0.0")) == expected)
        // Where there are no tokens nobody is known by one.
        #expect(outcome(.open("local"), facts, rules()) == "local, ")
        #expect(outcome(.closed, facts, rules("0.0.0.0")) == "403 no_tokens")
    }

    @Test(
        arguments: [
            (nil, nil, true), ("http://localhost:8420", nil, true), ("https://localhost:8420", nil, true),
            ("http://localhost:8421", nil, false), ("http://127.0.0.1:8420", nil, false),
            ("http://evil.example", nil, false), ("null", nil, false), ("", nil, false),
            (nil, "same-origin", true), (nil, "none", true), (nil, "same-site", false), (nil, "cross-site", false),
        ] as [(String?, String?, Bool)]
    )
    func pagesOfOthersAreKeptOutEvenWithAToken(origin: String?, site: String?, isTaken: Bool) throws {
        let facts = RequestRules.Facts(
            host: "localhost:8420",
            origin: origin,
            fetchSite: site,
            authorization: "Bearer \(Self.token)"
        )
        for host in ["127.0.0.1", "192.0.2.1"] {
            let expected = isTaken ? "caller of a token, agents" : "403 foreign_origin"
            #expect(outcome(try access(), facts, rules(host)) == expected)
        }
        #expect(outcome(.open("local"), facts, rules()) == (isTaken ? "local, " : "403 foreign_origin"))
    }

    @Test func aRefusalSaysWhichSettingMendsIt() throws {
        let error = #expect(throws: OpsError.self) {
            _ = try MCPAccess<String>.closed.admit(RequestRules.Facts(), rules("192.0.2.1"))
        }
        #expect(error?.message.contains("mcp.tokensFile (MEMOIR_MCP_TOKENS_FILE)") == true)
        #expect(error?.message.contains("192.0.2.1") == true)
    }

    @Test(
        arguments: [
            ("unauthorized", "Bearer realm=\"memoir\""),
            ("invalid_token", "Bearer realm=\"memoir\", error=\"invalid_token\""),
        ]
    )
    func clientsAreToldHowToAuthenticate(code: String, field: String) {
        #expect(OpsError(401, code, "no").response.headers[.wwwAuthenticate] == field)
        #expect(OpsError(403, code, "no").response.headers[.wwwAuthenticate] == nil)
    }
}
