import JobQueue
import Logging
import MCP
import MemoirClient
import Memory
import MemoryTools
import Ops
import Reactor
import RedisClient
import ServiceLifecycle
import Settings
import UnixSignals
import Worker

/// Memoir for agents, over the Model Context Protocol.
extension Composition {
    /// After the client's last word, for calls: of the connection, which may take it three times.
    private static let grace = Duration.milliseconds(150)
    /// Then for what belongs to the process. All of it together is less than the second within which a client may expect
    /// it to be gone.
    private static let farewell = Duration.milliseconds(450)
    /// Streams of clients that listen for changes, of which there are none.
    private static let maximumSubscriptions = 256
    /// Of a worker in this process: jobs that it has begun go back to the queue rather than hold up the end.
    private static let directDrain = Duration.milliseconds(150)

    /// Over standard input and output, until the client has closed its side or a signal comes.
    func speakMCP(_ command: MCPCommand) async throws(CommandFailure) {
        // Held to the end: where it is let go, a signal that was taken may end the process after all.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        defer { withExtendedLifetime(signals) {} }
        let output = try ProtocolOutput.claim()
        let memory = try memoryService()
        let direct = try command.isDirect ? directWorker() : nil
        let caller = localCaller
        var configuration = StdioConfiguration()
        configuration.maximumCalls = settings.mcp.maximumCalls
        configuration.maximumLineBytes = settings.mcp.maximumBodyBytes
        configuration.grace = Self.grace
        let connection = StdioConnection(memory.server, caller: caller, output: output, configuration)
        let working = direct.map { direct in Task { await direct.run() } }
        if Terminal.canAsk {
            StandardError.write("memoir mcp is for a program that starts it and speaks with it; Ctrl-C ends it.")
        }
        let outset = outset(memory, command)
        Task { await outset.tell() }
        let failure = await withTaskGroup(of: MCPError?.self) { group in
            group.addTask {
                do throws(MCPError) {
                    try await connection.run()
                    return nil
                } catch {
                    return error
                }
            }
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        working?.cancel()
        // Where Redis does not answer, there is nobody to say goodbye to.
        _ = await Patience.value(within: Self.farewell) {
            await memory.close()
            await working?.value
        }
        if let failure { throw CommandFailure(.serviceUnavailable, failure.message) }
    }

    /// Over HTTP, until SIGTERM or SIGINT.
    func serveMCP(_ command: MCPCommand) async throws(CommandFailure) {
        DescriptorLimit.raise()
        var configuration = mcpConfiguration
        configuration.host = command.host ?? configuration.host
        configuration.port = command.port ?? configuration.port
        let access = try mcpAccess(isLoopback: configuration.isLoopback)
        if case .closed = access {
            throw CommandFailure(
                .configuration,
                """
                \(configuration.host) is an address that others can reach: say in mcp.tokensFile (MEMOIR_MCP_TOKENS_FILE) \
                who may call, or listen on 127.0.0.1
                """
            )
        }
        let memory = try memoryService()
        let outset = outset(memory, command)
        Task { await outset.tell() }
        let mount = mcpMount(memory, access)
        var services: [any Service] = [MCPHTTPServer(configuration: configuration, mcp: mount, logger: logger)]
        if command.isDirect { services.append(try directWorker()) }
        let group = ServiceGroup(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        do {
            try await group.run()
        } catch let error as OpsError {
            throw CommandFailure(.serviceUnavailable, error.message)
        } catch {
            throw CommandFailure(.serviceUnavailable, "the server ended: \(error)")
        }
    }

    private func outset(_ memory: MemoryService, _ command: MCPCommand) -> MCPOutset {
        MCPOutset(
            memory: memory,
            hasCollections: !settings.collections.isEmpty,
            isDirect: command.isDirect,
            logger: logger
        )
    }

    /// Of a server that has `/mcp`.
    var mcpConfiguration: OpsConfiguration {
        var configuration = opsConfiguration
        // Calls have a bound of their own: a connection each, beside those of all others.
        configuration.maximumConnections += settings.mcp.maximumCalls + Self.maximumSubscriptions
        return configuration
    }

    /// What a worker's server mounts; nil where that is switched off.
    func mcpMount() throws(CommandFailure) -> (any MCPMounting)? {
        guard settings.mcp.isEnabled else { return nil }
        let access = try mcpAccess(isLoopback: opsConfiguration.isLoopback)
        return mcpMount(try memoryService(), access)
    }

    private func mcpMount(_ memory: MemoryService, _ access: MCPAccess<MemoryCaller>) -> any MCPMounting {
        var configuration = HTTPEndpointConfiguration()
        configuration.maximumBodyBytes = settings.mcp.maximumBodyBytes
        configuration.maximumCalls = settings.mcp.maximumCalls
        configuration.maximumSubscriptions = Self.maximumSubscriptions
        return MCPMount(memory.server, access: access, configuration: configuration, close: { await memory.close() })
    }

    /// Who may call over HTTP.
    private func mcpAccess(isLoopback: Bool) throws(CommandFailure) -> MCPAccess<MemoryCaller> {
        guard let file = settings.tokensFile else { return isLoopback ? .open(localCaller) : .closed }
        do {
            let book = try TokenBook(path: file.path, logger: logger) {
                try file.read().map { AccessToken(name: $0.name, digest: $0.digest, caller: MemoryCaller($0)) }
            }
            return .tokens(book)
        } catch {
            throw CommandFailure(.configuration, "\(error)")
        }
    }

    /// Whoever started the process, and whoever reaches it on a loopback address without a token.
    private var localCaller: MemoryCaller {
        MemoryCaller(tenant: settings.mcp.tenant, rights: MemoryRights(settings.mcp.rights), name: "local")
    }

    private func memoryService() throws(CommandFailure) -> MemoryService {
        var configuration = MemoryToolsConfiguration()
        configuration.timeout = settings.mcp.timeout
        configuration.maximumTextBytes = settings.worker.maximumContentBytes
        configuration.maximumJSONBytes = settings.worker.maximumMetadataBytes
        let connection = redisConnection()
        let queue = ClientQueue(
            connect: { () async throws(MemoryError) in try await memoryClient() },
            connection: connection,
            keys: keys
        )
        let desk = MemoryDesk(queue: queue, catalog: try catalog(), keys: keys, configuration: configuration)
        return MemoryService(
            server: MCPServer(memory: desk, version: Version.text),
            queue: queue,
            connection: connection
        )
    }

    private func directWorker() throws(CommandFailure) -> DirectWorker {
        guard settings.worker.isEnabled else {
            throw CommandFailure(.configuration, "--direct works on jobs, and worker.enabled (ENABLE_MEMORY) is false")
        }
        let connection = redisConnection()
        return DirectWorker(
            workers: { [keys] in
                // Of all lanes, whichever is asked for.
                await (try? LaneGauges.read(.search, on: connection, keys: keys))?.workers
            },
            make: { try await directServices() },
            logger: logger
        )
    }

    /// A worker and what sends its spans, for one run.
    private func directServices() throws(CommandFailure) -> [any Service] {
        var configuration = workerConfiguration([])
        configuration.drainDeadline = Self.directDrain
        let tracing = try tracing(of: configuration.id)
        let worker = try worker(configuration, Self.registry(), tracing?.tracer)
        // Before the worker, and so stopped after it.
        return (tracing.map { [$0] } ?? []) + [worker]
    }
}

extension MemoryCaller {
    fileprivate init(_ token: TokenSettings) {
        self.init(
            tenant: token.tenant,
            rights: MemoryRights(token.rights),
            collections: token.collections,
            name: token.name
        )
    }
}

extension MemoryRights {
    fileprivate init(_ rights: Set<MCPRight>) {
        self = []
        for right in rights {
            switch right {
            case .read: insert(.read)
            case .write: insert(.write)
            case .forget: insert(.forget)
            }
        }
    }
}
