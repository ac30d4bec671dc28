package import Reactor

/// One client for all who need one, made when the first of them comes.
@Reactor
package final class SharedMemoryClient {
    package typealias Connect = @Sendable () async throws(MemoryError) -> MemoryClient

    private let connect: Connect
    private var client: MemoryClient?
    private var connecting: Task<Result<MemoryClient, MemoryError>, Never>?
    private var isClosed = false

    package nonisolated init(connect: @escaping Connect) {
        self.connect = connect
    }

    /// However many come before it is there, one is made. Where that fails, it fails for all of them, and whoever comes
    /// next tries again.
    ///
    /// - Parameter timeout: how long to wait for it; nil for as long as `connect` takes.
    /// - Throws: what `connect` throws; `closed` after `close`; `unavailable` when the time is over, `cancelled` where the
    ///   calling task is.
    package func get(within timeout: Duration? = nil) async throws(MemoryError) -> MemoryClient {
        guard !isClosed else { throw .closed(jobID: nil) }
        if let client { return client }
        let connecting = connecting ?? Task { await make() }
        self.connecting = connecting
        guard let timeout else { return try await connecting.value.get() }
        guard let found = await Patience.value(within: timeout, of: { await connecting.value }) else {
            throw Task.isCancelled ? .cancelled(jobID: nil) : .notConnected
        }
        return try found.get()
    }

    /// Ends its connections. Calls that wait end with `closed`.
    package func close() async {
        isClosed = true
        await client?.close()
        client = nil
    }

    private func make() async -> Result<MemoryClient, MemoryError> {
        defer { connecting = nil }
        let made: MemoryClient
        do throws(MemoryError) {
            made = try await connect()
        } catch {
            return .failure(error)
        }
        guard !isClosed else {
            await made.close()
            return .failure(.closed(jobID: nil))
        }
        client = made
        return .success(made)
    }
}
