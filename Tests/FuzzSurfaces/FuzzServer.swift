import JSON
import JobQueue
import MCP
import Memory
import MemoryTools

/// The memory's server on an odd queue.
enum FuzzServer {
    static let server = make()

    static let callers = [
        MemoryCaller(tenant: nil, rights: .all, name: "all"),
        MemoryCaller(tenant: "acme", rights: .all, name: "acme"),
        MemoryCaller(tenant: nil, rights: .read, collections: ["notes"], name: "reader"),
        MemoryCaller(tenant: nil, rights: [], collections: [], name: "nobody"),
    ]

    /// nil: nothing is settled yet.
    static let versions: [ProtocolVersion?] = [nil, .v2025March, .v2025June, .v2025November]

    static let outputSchemas: [String: JSONValue] = Dictionary(
        uniqueKeysWithValues: server.tools.map { ($0.name, parsed($0.outputSchema?.bytes ?? [])) }
    )

    private static func make() -> MCPServer<MemoryCaller> {
        var configuration = MemoryToolsConfiguration()
        configuration.timeout = .seconds(5)
        // Less than an answer that is late takes.
        configuration.progressInterval = OddQueue.pause / 4
        let desk = MemoryDesk(
            queue: OddQueue(),
            catalog: catalog(),
            keys: JobKeys(),
            configuration: configuration
        )
        return MCPServer(memory: desk, version: "1.2.3")
    }

    private static func catalog() -> CollectionCatalog {
        do {
            let fields = [
                CollectionField(name: "vendor_name", kind: .string, index: .keyword),
                CollectionField(name: "amount", kind: .number, index: .float),
                CollectionField(name: "matched", kind: .boolean, index: .bool),
                CollectionField(name: "paid_at", kind: .datetime),
            ]
            return try CollectionCatalog([
                try CollectionDefinition(name: "invoices", description: "What is to be paid", fields: fields),
                try CollectionDefinition(name: "notes"),
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private static func parsed(_ json: [UInt8]) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: json)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
