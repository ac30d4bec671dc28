import Crypto
import FoundationEssentials
import Testing

@testable import Settings

@Suite struct TokensFileTests {
    private static let token = "a-token-of-the-tests"
    private static let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    private func read(_ yaml: String) throws -> [TokenSettings] {
        let folder = try TemporaryFolder()
        try folder.write(yaml, to: "tokens.yaml")
        let file = TokensFile(path: "\(folder.path)/tokens.yaml", collections: ["invoices", "social_posts"])
        return try file.read()
    }

    private func problems(_ yaml: String) throws -> [String] {
        do {
            _ = try read(yaml)
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0.subject): \($0.reason)" }
        }
    }

    @Test func readsBothForms() throws {
        let tokens = try read(
            """
            tokens:
              - name: agents
                token: \(Self.token)
                tenant: acme
                rights: [read, Write]
                collections: [invoices]
              - {name: reader@dashboard, sha256: \(Self.digest.uppercased()), rights: [read]}
            """
        )
        let first = TokenSettings(
            name: "agents",
            digest: Array(SHA256.hash(data: Array(Self.token.utf8))),
            tenant: "acme",
            rights: [.read, .write],
            collections: ["invoices"]
        )
        let second = TokenSettings(
            name: "reader@dashboard",
            // Of "test".
            digest: Array(SHA256.hash(data: Array("test".utf8))),
            tenant: nil,
            rights: [.read],
            collections: nil
        )
        #expect(tokens == [first, second])
    }

    @Test(
        arguments: [
            ("token: short", "tokens[0].token: is too short"),
            ("token: with spaces in its middle", "tokens[0].token: expected at least 16"),
            ("sha256: 9f86d0", "tokens[0].sha256: takes 64 hexadecimal digits"),
            ("sha256: zz\(digest.dropFirst(2))", "tokens[0].sha256: takes 64 hexadecimal digits"),
            ("token: [\(token)]", "tokens[0].token: expected text"),
            ("tenant: acme", "tokens[0]: has neither token nor sha256"),
            ("token: \(token), sha256: \(digest)", "tokens[0]: has both token and sha256"),
            ("token: \(token), tenant: ", "tokens[0].tenant: expected text"),
            ("token: \(token), tenant: \"\"", "tokens[0].tenant: takes the name of a tenant"),
            ("token: \(token), tenant: a b", "tokens[0].tenant: takes the name of a tenant"),
            ("token: \(token), collections: []", "tokens[0].collections: is empty"),
            ("token: \(token), collections: invoices", "tokens[0].collections: expected a list of words"),
            ("token: \(token), collections: [invoicez]", "tokens[0].collections: is not declared; did you mean invoi"),
            ("token: \(token), collection: [invoices]", "tokens[0]: has a key that is none of"),
            ("token: \(token), \(token)1: x", "tokens[0]: has a key that is none of"),
        ]
    )
    func saysWhichFieldOfWhichEntryIsWrong(fields: String, problem: String) throws {
        let problems = try problems("tokens: [{name: agents, rights: [read], \(fields)}]")
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix(problem), "\(problems)")
        #expect(!problems[0].contains(Self.token))
    }

    @Test(
        arguments: [
            ("rights: [read]", "tokens[0]: has no name"), ("name: agents", "tokens[0]: has no rights"),
            ("name: agents, rights: []", "tokens[0].rights: takes some of read, write, forget"),
            ("name: agents, rights: [reed]", "tokens[0].rights: takes some of read, write, forget"),
            ("name: agents, rights: read", "tokens[0].rights: expected a list of words"),
            ("name: the agents, rights: [read]", "tokens[0].name: takes 1 to 100 letters"),
            ("name: \"\", rights: [read]", "tokens[0].name: takes 1 to 100 letters"),
        ]
    )
    func everyEntryHasANameAndRights(fields: String, problem: String) throws {
        let problems = try problems("tokens: [{token: \(Self.token), \(fields)}]")
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix(problem), "\(problems)")
    }

    @Test(
        arguments: [
            ("", "tokens: expected tokens:"), ("tokens:", "tokens: expected a list"),
            ("tokens: []", "tokens: expected a list"),
            ("tokens: {name: agents}", "tokens: expected a list"), ("- name: agents", "tokens: expected tokens:"),
            ("tokens: [agents]", "tokens[0]: expected a mapping"),
            ("tokens: [{name: agents}]\nother: 1", "tokens: expected tokens:"), ("tokens: [", "this is no YAML"),
        ]
    )
    func aFileOfAnotherFormIsRefused(yaml: String, problem: String) throws {
        let problems = try problems(yaml)
        #expect(problems.count == 1)
        #expect(problems[0].contains(problem), "\(problems)")
    }

    @Test func namesAndTokensAreUnique() throws {
        let digest = SHA256.hash(data: Array(Self.token.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        .joined()
        let problems = try problems(
            """
            tokens:
              - {name: agents, token: \(Self.token), rights: [read]}
              - {name: agents, sha256: \(digest), rights: [read, write, forget]}
            """
        )
        #expect(
            problems == [
                "tokens[1].name: is the name of tokens[0] already",
                "tokens[1].sha256: is the token of tokens[0] already",
            ]
        )
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        let file = TokensFile(path: "/nowhere/tokens.yaml", collections: [])
        let error = #expect(throws: SettingsError.self) { try file.read() }
        #expect(error?.problems.first?.description.contains("/nowhere/tokens.yaml: there is no such file") == true)
    }

    @Test(
        arguments: [
            ("read", [.read]), ("write, READ", [.read, .write]), ("read,write,forget", [.read, .write, .forget]),
            ("", nil), ("all", nil), ("read,", nil), ("read write", nil),
        ] as [(String, Set<MCPRight>?)]
    )
    func rightsOfASetting(text: String, rights: Set<MCPRight>?) {
        #expect((try? SettingForm<Set<MCPRight>>.rights.read(text)) == rights)
    }
}
