/// Reads the file that `mcp.tokensFile` names:
///
/// ```yaml
/// tokens:
///   - name: agents
///     token: <at least 16 characters>     # or sha256: <64 hexadecimal digits>
///     tenant: acme
///     rights: [read, write]
///     collections: [invoices]
/// ```
///
/// `tenant` and `collections` may be left out. No problem that is told quotes a token.
package struct TokensFile: Sendable {
    private static let maximumBytes = 1 << 20

    package let path: String
    /// Those that are declared: a token for another one is a mistake.
    package let collections: [String]

    package init(path: String, collections: [String]) {
        self.path = path
        self.collections = collections
    }

    /// - Throws: All that is wrong, not only the first of it.
    package func read() throws(SettingsError) -> [TokenSettings] {
        var reader = TokensReader(path: path, collections: collections)
        let tokens = reader.read(try document())
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems) }
        return tokens
    }

    private func document() throws(SettingsError) -> YAMLNode {
        let text: String?
        do throws(InvalidValue) {
            text = try TextFile.read(path, maximumBytes: Self.maximumBytes)
        } catch {
            throw SettingsError(problems: [SettingsProblem(path, error.reason)])
        }
        guard let text else {
            throw SettingsError(problems: [SettingsProblem(path, "there is no such file; mcp.tokensFile names it")])
        }
        do throws(YAMLFault) {
            return try YAMLNode(yaml: text)
        } catch {
            let place = error.line.map { "\(path):\($0)" } ?? path
            throw SettingsError(problems: [SettingsProblem(place, error.reason)])
        }
    }
}

extension Settings {
    /// Who may call over MCP; nil where no file is named.
    package var tokensFile: TokensFile? {
        mcp.tokensFile.map { TokensFile(path: $0, collections: collections.map(\.name)) }
    }
}
