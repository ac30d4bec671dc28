internal import JSON

extension MCPServer {
    /// The revision that a connection speaks whose client asks for another one: its own where it is known here.
    static func negotiate(_ parameters: RequestParameters) throws(MCPError) -> ProtocolVersion {
        try Envelope.checkShape(parameters)
        let requested = try parameters.requiredString(.protocolVersion)
        guard let version = ProtocolVersion(rawValue: requested), !version.isStateless else {
            return .newestOfHandshake
        }
        return version
    }

    func initializeAnswer(_ id: RequestID, _ version: ProtocolVersion) -> Answer {
        var result = ResultWriter(id: id, version, serverInfo: [])
        result.json.name("protocolVersion")
        result.json.string(version.rawValue)
        result.json.name("serverInfo")
        result.json.raw(infoText(version))
        writeOffer(to: &result)
        return Answer(result)
    }
}
