import Foundation
import Glibc

/// A port whose queue of connections is full: the kernel answers no further attempt, as a host behind a firewall.
final class FullListener {
    let port: UInt16
    private let descriptors: [Int32]

    init() throws {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var fillers: [Int32] = []
        let isFull = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, length) == 0, listen(listener, 0) == 0,
                    getsockname(listener, address, &length) == 0
                else { return false }
                let filler = socket(AF_INET, kind, 0)
                fillers.append(filler)
                return connect(filler, address, length) == 0 || errno == EINPROGRESS
            }
        }
        precondition(isFull, "no listening socket")
        descriptors = [listener] + fillers
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// Sockets that wait for an answer from it.
    var attempts: Int {
        get throws {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp"))
            let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
            let hexadecimal = String(port, radix: 16, uppercase: true)
            let end = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            return table.split(whereSeparator: \.isNewline).filter { line in
                let columns = line.split(separator: " ")
                // 02 is SYN_SENT.
                return columns.count > 3 && columns[2].hasSuffix(end) && columns[3] == "02"
            }.count
        }
    }
}
