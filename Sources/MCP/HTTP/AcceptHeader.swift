/// What a client reads, as its `Accept` says; a client that says nothing reads everything.
struct AcceptHeader: Sendable, Equatable {
    let json: Bool
    let events: Bool

    init(_ values: [String]) {
        let types = values.flatMap { $0.split(separator: ",") }.map { Self.mediaType($0) }
        let takesAll = types.isEmpty || types.contains("*/*")
        json = takesAll || types.contains("application/json") || types.contains("application/*")
        events = takesAll || types.contains("text/event-stream") || types.contains("text/*")
    }

    /// Without its parameters, in small letters.
    static func mediaType(_ value: Substring) -> String {
        let type = value.prefix { $0 != ";" }
        return type.lowercased().filter { $0 != " " && $0 != "\t" }
    }
}
