internal import Glibc
internal import NIOCore

/// What to do about an address that cannot be listened on.
enum ListenHint {
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            "another process has the port: set http.port, or 0 for a free one"
        case let error as IOError where error.errnoCode == EACCES:
            "the port is not for everybody: set http.port to one above 1023"
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: "set http.host to an address of this machine"
        case is SocketAddressError.UnknownHost: "set http.host to an address of this machine, or to a name of one"
        default: "set http.host and http.port to what can be listened on"
        }
    }
}
