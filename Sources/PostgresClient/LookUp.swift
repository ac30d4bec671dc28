internal import Reactor

/// A name being looked up, for which one waits no longer than a deadline.
@Reactor
final class LookUp {
    private let server: ServerEntry
    private let waiter = SingleWaiter()
    private var answer: Result<[SocketAddress], HostResolverError>?

    init(_ server: ServerEntry) {
        self.server = server
        Task {
            do throws(HostResolverError) {
                self.answer = .success(try await HostResolver.resolve(host: server.host, port: server.port))
            } catch {
                self.answer = .failure(error)
            }
            self.waiter.signal()
        }
    }

    func addresses(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> [String?] {
        while answer == nil {
            switch await waiter.wait(until: deadline) {
            case .signalled: break
            case .timedOut: throw PostgresError(.cannotConnect, "\(server.host) was not resolved in time")
            case .cancelled: throw PostgresLink.cancelled
            }
        }
        switch answer {
        case .success(let addresses): return addresses.compactMap(\.numericHost)
        case .failure(let error): throw PostgresError(.cannotConnect, "\(error)")
        case nil: return []
        }
    }
}
