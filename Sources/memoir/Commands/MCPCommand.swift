import ArgumentParser

struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Offer the memory to agents over the Model Context Protocol.",
        discussion: """
            Speaks over standard input and output to the program that started it, and ends when that closes its side. \
            With --http it listens instead, at /mcp; a worker does so by itself. Who may call over HTTP stands in the file \
            that mcp.tokensFile names; on a loopback address everybody may where there is none.

            Each call is a job that a worker does. With --direct this process does it where no worker runs.

            Hosts start commands in a folder of their own choice: name the configuration by its whole path. Most of them \
            read this from a file such as .mcp.json:
              {"mcpServers": {"memoir": {
                "command": "memoir",
                "args": ["mcp", "--config", "/home/me/memoir/config/memoir.yaml"]}}}

            Examples:
              memoir mcp --direct --set mcp.tenant=acme --set mcp.rights=read
              memoir mcp --http --port 8421
              memoir mcp --http --host 0.0.0.0 --set mcp.tokensFile=/etc/memoir/tokens.yaml
            """
    )

    @Flag(name: .customLong("http"), help: "Listen for HTTP, instead of standard input and output.")
    var isHTTP = false

    @Option(help: ArgumentHelp("Where to listen, instead of http.host.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("The TCP port, instead of http.port; 0 for a free one.", valueName: "port"))
    var port: Int?

    @Flag(name: .customLong("direct"), help: "Work on jobs in this process while no worker runs.")
    var isDirect = false

    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if !isHTTP, host != nil || port != nil { throw ValidationError("--host and --port need --http.") }
        if !isHTTP, !ProtocolOutput.isOpen {
            throw ValidationError("Standard output is closed: nobody could be answered.")
        }
        if let port, !(0...65_535 ~= port) { throw ValidationError("--port takes a number from 0 to 65535.") }
        if host?.isEmpty == true { throw ValidationError("--host takes a host name or address.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in
            if isHTTP {
                try await composition.serveMCP(self)
            } else {
                try await composition.speakMCP(self)
            }
        }
    }
}
