import JobQueue
import Logging
import MemoryTools

/// Says in the log, when it begins, what whoever has started it may have overlooked. Agents would come upon it later, and
/// cannot mend it.
struct MCPOutset: Sendable {
    let memory: MemoryService
    let hasCollections: Bool
    /// Whether this process works on jobs where nobody else does.
    let isDirect: Bool
    let logger: Logger

    func tell() async {
        if !hasCollections {
            warn("mcp_no_collections", "collections.yaml declares them, beside the file that --config names")
        }
        guard let outlook = await memory.queue.outlook(of: .search) else {
            return warn("mcp_queue_unreachable", "calls fail until Redis answers: see REDIS_URL")
        }
        if outlook.workers == 0, !isDirect {
            warn("mcp_no_worker", "calls wait until one is started: memoir worker, or --direct for one in this process")
        }
    }

    private func warn(_ event: Logger.Message, _ hint: String) {
        logger.warning(event, metadata: ["hint": "\(hint)"])
    }
}
