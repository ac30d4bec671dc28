/// One request over HTTP, whose call goes on in a task of its own: answered with JSON where the answer is the first
/// thing that happens, with a stream of events otherwise.
struct Exchange: Sendable {
    private let channel: EventChannel
    private let ticker: Task<Void, Never>?
    private let onAbandon: @Sendable () -> Void

    /// - Parameters:
    ///   - keepAlive: how long it may be silent; nil: it is answered with JSON, whenever that comes.
    ///   - onAbandon: nobody reads what is answered.
    init(_ channel: EventChannel, keepAlive: Duration?, onAbandon: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.onAbandon = onAbandon
        ticker = keepAlive.map { pause in
            Task {
                while (try? await Task.sleep(for: pause)) != nil { channel.tick() }
            }
        }
    }

    func response(_ response: (Answer) -> HTTPEndpointResponse) async -> HTTPEndpointResponse {
        let first = await channel.next()
        if case .end(let answer?) = first {
            ticker?.cancel()
            return response(answer)
        }
        let source = HTTPEventSource(channel, first: first) { [ticker, onAbandon] in
            ticker?.cancel()
            onAbandon()
        }
        return HTTPEndpointResponse(200, .events(HTTPEventStream(source)))
    }
}
