internal import JobQueue
internal import MemoirClient
internal import Reactor

/// Sends jobs for requests, through one client that is made when the first comes.
@Reactor
final class JobSender {
    private let connect: OpsServices.Connect
    private let maximumWaits: Int
    private var client: MemoryClient?
    private var waits = 0
    private var isClosed = false

    nonisolated init(connect: @escaping OpsServices.Connect, maximumWaits: Int) {
        self.connect = connect
        self.maximumWaits = maximumWaits
    }

    func send(_ request: JobRequest) async throws(OpsError) {
        do throws(MemoryError) {
            try await connected().enqueue(request)
        } catch {
            throw OpsError(error)
        }
    }

    /// - Returns: the result, JSON; nil where it has not come in time.
    func result(of request: JobRequest, timeout: Duration) async throws(OpsError) -> [UInt8]? {
        guard waits < maximumWaits else {
            let message = "\(maximumWaits) requests wait for results already: send it without wait, or again later"
            throw OpsError(503, "too_many_waiting", message, retryAfter: 1)
        }
        waits += 1
        defer { waits -= 1 }
        do throws(MemoryError) {
            return try await connected().result(of: request, timeout: timeout)
        } catch  where error.code == .timedOut {
            return nil
        } catch {
            throw OpsError(error)
        }
    }

    func close() async {
        isClosed = true
        await client?.close()
        client = nil
    }

    private func connected() async throws(MemoryError) -> MemoryClient {
        if let client { return client }
        let made = try await connect()
        // Another request may have been quicker.
        if let client {
            await made.close()
            return client
        }
        if isClosed {
            await made.close()
        } else {
            client = made
        }
        return made
    }
}
