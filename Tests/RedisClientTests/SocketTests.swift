import Foundation
import Reactor
import Testing

@testable import RedisClient

@Suite struct SocketTests {
    @Test func aFailedAttemptLeavesNoDescriptorOpen() throws {
        func openDescriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        let address = try SocketAddress.unix(path: "/nonexistent/redis.sock")
        let before = try openDescriptors()
        for _ in 0..<2_000 {
            #expect(throws: RedisError.self) { _ = try Socket(connectingTo: address) }
        }
        // Other tests run meanwhile and open some hundreds.
        #expect(try openDescriptors() < before + 1_000)
    }

    @Test(arguments: [(107, true), (108, false)])
    func theKernelBoundsAUnixSocketsPath(length: Int, isAccepted: Bool) {
        let path = "/" + String(repeating: "x", count: length - 1)
        #expect(((try? SocketAddress.unix(path: path)) != nil) == isAccepted)
    }
}
