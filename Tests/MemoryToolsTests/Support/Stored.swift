/// Memories as workers answer them.
enum Stored {
    static let id = "6f1c2b1a-0000-5000-8000-000000000001"
    static let otherID = "6f1c2b1a-0000-5000-8000-000000000002"

    /// - Parameter metadata: members, JSON.
    static func payload(
        _ content: String = "SNCB, Lyon",
        key: String? = nil,
        metadata: String = "",
        source: String? = "mcp"
    ) -> String {
        let key = key.map { #","key":"\#($0)""# } ?? ""
        let source = source.map { #","source":"\#($0)""# } ?? ""
        let comma = metadata.isEmpty ? "" : ","
        return #"""
            {\#(metadata)\#(comma)"content":"\#(content)","_memoir":{"content_hash":"aa","fingerprint":"bb",
             "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-02T00:00:00.000Z","tenant":"acme"\#(key)\#(source)}}
            """#
    }

    static func memory(_ payload: String, id: String = id) -> String {
        #"{"memory":{"id":"\#(id)","payload":\#(payload)}}"#
    }
}
