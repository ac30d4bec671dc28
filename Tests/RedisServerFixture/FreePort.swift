internal import Glibc
internal import Synchronization

package enum FreePort {
    /// Given out already: until its server listens, a port looks free to the test beside.
    private static let taken = Mutex<Set<UInt16>>([])

    /// A port that nobody listens on. Below the range that the kernel takes clients' ports from: a client that tries to
    /// reach a port of that range while nobody listens may end up connected to itself.
    package static func find() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 20_000..<32_000)
            let isFree = try withSocket { descriptor in
                withAddress(port) { bind(descriptor, $0, $1) } == 0
            }
            if isFree && taken.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw FixtureError("no free port")
    }

    /// Whether a server on the port answers a PING, be it with an error.
    static func isAnswering(_ port: UInt16) -> Bool {
        let answer = try? withSocket { descriptor in
            guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return 0 }
            let ping: StaticString = "PING\r\n"
            guard send(descriptor, ping.utf8Start, ping.utf8CodeUnitCount, Int32(MSG_NOSIGNAL)) > 0 else { return 0 }
            var byte: UInt8 = 0
            return recv(descriptor, &byte, 1, 0)
        }
        return answer == 1
    }

    static func isListening(_ port: UInt16) -> Bool {
        let isConnected = try? withSocket { descriptor in
            withAddress(port) { connect(descriptor, $0, $1) } == 0
        }
        return isConnected == true
    }

    private static func withSocket<Value>(_ body: (Int32) -> Value) throws -> Value {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FixtureError("no socket") }
        defer { close(descriptor) }
        return body(descriptor)
    }

    static func withAddress<Value>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
