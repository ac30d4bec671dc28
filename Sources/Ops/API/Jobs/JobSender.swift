internal import JobQueue
internal import MemoirClient
internal import Reactor

/// Sends jobs for requests, through one client that is made when the first comes.
@Reactor
final class JobSender {
    private let client: SharedMemoryClient
    private let maximumWaits: Int
    private var waits = 0

    nonisolated init(connect: @escaping OpsServices.Connect, maximumWaits: Int) {
        client = SharedMemoryClient(connect: connect)
        self.maximumWaits = maximumWaits
    }

    func send(_ request: JobRequest) async throws(OpsError) {
        do throws(MemoryError) {
            try await client.get().enqueue(request)
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
            return try await client.get().result(of: request, timeout: timeout)
        } catch  where error.code == .timedOut {
            return nil
        } catch {
            throw OpsError(error)
        }
    }

    func close() async {
        await client.close()
    }
}
