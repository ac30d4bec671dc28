import Glibc
import NIOCore
import Testing

@testable import Ops

@Suite struct ListenHintTests {
    @Test(
        arguments: [
            (IOError(errnoCode: EADDRINUSE, reason: "bind"), "another process"),
            (IOError(errnoCode: EACCES, reason: "bind"), "1023"),
            (IOError(errnoCode: EADDRNOTAVAIL, reason: "bind"), "http.host"),
            (CancellationError(), "http.port"),
        ] as [(any Error, String)]
    )
    func saysWhatToSet(error: any Error, part: String) {
        #expect(ListenHint.of(error).contains(part))
    }
}
