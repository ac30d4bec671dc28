internal import JSON

/// What a server offers, to whom, and how it answers: values, the same for every connection.
///
/// `Caller` is whoever sends a request, as the program knows them: a tenant and its rights. `StdioConnection` and
/// `HTTPEndpoint` put a server on a transport.
package struct MCPServer<Caller: Sendable>: Sendable {
    package typealias Completer = @Sendable (CompletionRequest<Caller>) async -> [String]

    package let info: ServerInfo
    /// For a model: what the server is for, and how its tools go together.
    package let instructions: String
    package let tools: [Tool<Caller>]
    package let resources: (any ResourceProvider<Caller>)?
    package let prompts: [Prompt]
    let completer: Completer?

    private let toolIndex: [String: Int]
    /// Each tool as each revision lists it.
    private let toolTexts: [ProtocolVersion: [[UInt8]]]
    private let infoTexts: [ProtocolVersion: [UInt8]]

    /// - Parameters:
    ///   - tools: with different names, in the order in which they are listed.
    ///   - completer: proposes values for the arguments of prompts and templates, best first. At most 100 are sent.
    package init(
        info: ServerInfo,
        instructions: String,
        tools: [Tool<Caller>],
        resources: (any ResourceProvider<Caller>)? = nil,
        prompts: [Prompt] = [],
        completer: Completer? = nil
    ) {
        self.info = info
        self.instructions = instructions
        self.tools = tools
        self.resources = resources
        self.prompts = prompts
        self.completer = completer
        toolIndex = Dictionary(uniqueKeysWithValues: zip(tools.map(\.name), tools.indices))
        let versions = ProtocolVersion.allCases
        toolTexts = Dictionary(
            uniqueKeysWithValues: versions.map { version in (version, tools.map { $0.json(version) }) }
        )
        infoTexts = Dictionary(uniqueKeysWithValues: versions.map { ($0, info.json($0)) })
    }

    func tool(named name: String) -> Tool<Caller>? {
        toolIndex[name].map { tools[$0] }
    }

    /// As `tools/list` lists them in that revision.
    func texts(ofToolsFor caller: Caller, _ version: ProtocolVersion) -> [[UInt8]] {
        let texts = toolTexts[version] ?? []
        return zip(tools, texts).compactMap { tool, text in tool.refusal?(caller) == nil ? text : nil }
    }

    func infoText(_ version: ProtocolVersion) -> [UInt8] {
        infoTexts[version] ?? info.json(version)
    }
}
