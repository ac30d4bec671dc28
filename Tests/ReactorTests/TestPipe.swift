import Glibc

/// Both ends of a non-blocking pipe, closed with this object.
final class TestPipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no pipe")
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func writeByte() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// How many bytes there were.
    @discardableResult
    func drain() -> Int {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        return max(0, read(readEnd, &bytes, bytes.count))
    }
}
