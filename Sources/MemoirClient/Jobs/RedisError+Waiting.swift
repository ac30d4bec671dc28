internal import RedisClient

extension RedisError {
    /// Whether it is worth while to wait and send the same command again: the network, a server that starts, a failover.
    /// What somebody has to mend (a password, a full memory or disk) is told at once.
    var passesByItself: Bool {
        switch code {
        case .cannotConnect, .connectionLost, .timedOut, .tooManyInFlight: true
        case .server: serverCode.map { Self.codes.contains($0) } ?? false
        default: false
        }
    }

    private static let codes: Set<String> = [
        "LOADING", "BUSY", "READONLY", "MASTERDOWN", "UNBLOCKED", "TRYAGAIN", "CLUSTERDOWN",
    ]
}
