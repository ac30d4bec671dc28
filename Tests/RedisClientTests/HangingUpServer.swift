import Glibc
import Synchronization

/// Listens and does to each client the one thing that a test wants: a fake, only to misbehave.
final class HangingUpServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let count = Atomic<Int>(0)
    private let answer: String
    private let serving = Mutex<pthread_t?>(nil)

    /// - Parameter answer: sent to each client at once, before the connection is closed.
    init(answering answer: String = "") {
        self.answer = answer
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        precondition(bound, "no listening socket")
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }

    /// Clients so far.
    var connections: Int { count.load(ordering: .relaxed) }

    /// Serves until the test is over. Accepting blocks, so this has a thread of its own.
    func start() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<HangingUpServer>.fromOpaque(context).takeUnretainedValue().serve()
                return nil
            },
            context
        )
        precondition(code == 0, "no thread")
        serving.withLock { $0 = thread }
    }

    /// Ends the thread that serves. To be called before the server goes.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        if let thread = serving.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    private func serve() {
        while true {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            count.add(1, ordering: .relaxed)
            if !answer.isEmpty {
                var text = answer
                text.withUTF8 { _ = send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                // What the client sent must be read, or closing would reset the connection and lose the answer.
                shutdown(client, Int32(SHUT_WR))
                var bytes = [UInt8](repeating: 0, count: 4_096)
                while recv(client, &bytes, bytes.count, 0) > 0 {}
            }
            close(client)
        }
    }
}
