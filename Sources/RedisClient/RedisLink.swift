internal import Glibc
internal import Reactor

@Reactor
protocol RedisLinkOwner: AnyObject {
    func received(_ reply: RedisReply)
    /// The link is of no use any more; the owner closes it.
    func failed(_ cause: String)
}

/// A socket with its buffers: bytes out, replies in. It knows nothing of requests.
@Reactor
final class RedisLink: ReadinessHandler, TurnEndHandler {
    /// Read from the kernel at once; one buffer serves all links, being used only within a turn.
    private static let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    /// Reads of one link in one turn, so that others get theirs.
    private static let maximumReadsPerTurn = 16
    /// An output buffer that grew beyond this is given back once it is sent.
    private static let outputBytesKept = 1 << 20

    private var socket: Socket?
    private var registration: Registration?
    private var parser = ReplyParser()
    private weak var owner: (any RedisLinkOwner)?

    private var output: [UInt8] = []
    private var sent = 0
    private var isEnrolled = false
    private var waitsForWritability = false
    private var connectWaiter: CheckedContinuation<RedisError?, Never>?

    private init(_ socket: consuming Socket, owner: any RedisLinkOwner) {
        self.socket = consume socket
        self.owner = owner
    }

    /// Connects to the first address that answers, within the configuration's `connectTimeout` for each.
    static func open(
        _ configuration: RedisConfiguration,
        owner: any RedisLinkOwner
    ) async throws(RedisError) -> RedisLink {
        var lastError = RedisError(.cannotConnect, "no address")
        for address in try await addresses(of: configuration.endpoint) {
            guard !Task.isCancelled else { throw closedError }
            do throws(RedisError) {
                let link = RedisLink(try Socket(connectingTo: address), owner: owner)
                try await link.awaitConnection(timeout: configuration.connectTimeout)
                return link
            } catch {
                lastError = error
            }
        }
        throw lastError
    }

    private static func addresses(of endpoint: RedisEndpoint) async throws(RedisError) -> [SocketAddress] {
        switch endpoint {
        case .unix(let path): return [try SocketAddress.unix(path: path)]
        case .tcp(let host, let port):
            do throws(HostResolverError) {
                return try await HostResolver.resolve(host: host, port: port)
            } catch {
                throw RedisError(.cannotConnect, "\(error)")
            }
        }
    }

    private static var closedError: RedisError { RedisError(.closed, "the connection was closed") }

    /// Ends at once when the task is cancelled: a client that closes leaves no attempt behind.
    private func awaitConnection(timeout: Duration) async throws(RedisError) {
        guard let descriptor = socket?.descriptor else { return }
        do throws(ReactorError) {
            registration = try Reactor.loop.register(descriptor, for: .write, handler: self)
        } catch {
            throw RedisError(.cannotConnect, "\(error)")
        }
        let timer = Reactor.loop.schedule(after: timeout) { [weak self] in
            self?.finishConnecting(RedisError(.cannotConnect, "no answer within \(timeout)"))
        }
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<RedisError?, Never>) in
                connectWaiter = continuation
                if Task.isCancelled { finishConnecting(Self.closedError) }
            }
        } onCancel: {
            Task { @Reactor in finishConnecting(Self.closedError) }
        }
        Reactor.loop.cancel(timer)
        if let error {
            close()
            throw error
        }
        watch(.read)
    }

    private func finishConnecting(_ error: RedisError?) {
        let waiter = connectWaiter
        connectWaiter = nil
        waiter?.resume(returning: error)
    }

    /// Leaves when the turn ends, with all else that is written in it.
    func write(_ bytes: [UInt8]) {
        output.append(contentsOf: bytes)
        guard !isEnrolled && !waitsForWritability else { return }
        isEnrolled = true
        Reactor.loop.atTurnEnd(self)
    }

    func close() {
        if let registration { Reactor.loop.deregister(registration) }
        registration = nil
        socket = nil
        owner = nil
        output = []
        finishConnecting(Self.closedError)
    }

    func turnEnded() {
        isEnrolled = false
        flush()
    }

    func descriptorReady(_ readiness: Readiness) {
        if connectWaiter != nil {
            finishConnecting(socket?.connectError)
            return
        }
        if readiness.contains(.write) { flush() }
        if readiness.contains(.read) || readiness.contains(.hangup) { receive() }
    }

    /// Sends what was written so far.
    func flush() {
        while sent < output.count {
            let result = output.withUnsafeBytes { bytes in
                socket?.send(UnsafeRawBufferPointer(rebasing: bytes[sent...])) ?? .endOfFile
            }
            switch result {
            case .bytes(let count):
                sent += count
            case .wouldBlock:
                dropSent()
                return watchWritability(true)
            case .endOfFile:
                return
            case .failed(let cause):
                return fail(cause)
            }
        }
        sent = 0
        if output.capacity > Self.outputBytesKept { output = [] } else { output.removeAll(keepingCapacity: true) }
        watchWritability(false)
    }

    /// A server that is always behind never lets the buffer run empty: what it has taken must go all the same. Only the
    /// larger part is worth the move, so that each byte is moved at most once on average.
    private func dropSent() {
        guard sent >= Self.outputBytesKept && sent >= output.count - sent else { return }
        output.removeFirst(sent)
        sent = 0
    }

    private func receive() {
        for _ in 0..<Self.maximumReadsPerTurn {
            switch socket?.receive(into: Self.readBuffer) ?? .wouldBlock {
            case .bytes(let count):
                parser.feed(UnsafeRawBufferPointer(rebasing: Self.readBuffer[..<count]))
                deliver()
                if count < Self.readBuffer.count { return }
            case .wouldBlock: return
            case .endOfFile: return fail("the server closed the connection")
            case .failed(let cause): return fail(cause)
            }
        }
    }

    private func deliver() {
        do throws(RedisError) {
            // The owner may close this link while it is told.
            while let owner, let reply = try parser.next() { owner.received(reply) }
        } catch {
            fail(error.message)
        }
    }

    private func watchWritability(_ wanted: Bool) {
        guard wanted != waitsForWritability else { return }
        waitsForWritability = wanted
        watch(wanted ? [.read, .write] : .read)
    }

    private func watch(_ interest: Readiness) {
        guard let registration else { return }
        do throws(ReactorError) {
            try Reactor.loop.modify(registration, for: interest)
        } catch {
            fail("\(error)")
        }
    }

    /// A link without an owner closes itself: else the loop would be told of its end for ever.
    private func fail(_ cause: String) {
        if let owner { owner.failed(cause) } else { close() }
    }
}
