/// Where the worker serves HTTP, and the bounds of it.
package struct OpsConfiguration: Sendable {
    /// Host name or address to listen on.
    package var host = "127.0.0.1"
    /// TCP port; 0 for a free one.
    package var port = 8420
    /// What a request that changes anything must bring; nil where nothing can be changed.
    package var token: String?
    /// Of this program.
    package var version = ""
    /// Bytes of one request's body. Defaults to 2 MiB.
    package var maximumBodyBytes = 2 << 20
    /// Bytes of one request's header fields. Defaults to 16 KiB.
    package var maximumHeaderBytes = 16 << 10
    /// Connections at once; where one more comes, the one is closed that has let the server wait for longest. Defaults to
    /// 256.
    package var maximumConnections = 256
    /// Connections that wait to be accepted. Defaults to 1,024.
    package var backlog = 1_024
    /// After which a connection is closed that asks for nothing, or does not get on with its request. Defaults to 60 s.
    package var idleTimeout = Duration.seconds(60)
    /// Listeners of events at once; one more is refused. Defaults to 32.
    package var maximumListeners = 32
    /// Requests that wait for their job's result at once; one more is refused. Defaults to 64.
    package var maximumWaits = 64
    /// How long a request may wait for its job's result. Defaults to 60 s.
    package var longestWait = Duration.seconds(60)
    /// Between two attempts to listen where the port is taken. Defaults to 10 s.
    package var retryInterval = Duration.seconds(10)
    /// How long requests under way may take to end after a stop is asked for. Defaults to 1 s.
    package var closeDeadline = Duration.seconds(1)
    /// How long then what waited for a job has to tell its client that there will be no result. Defaults to 250 ms.
    package var farewell = Duration.milliseconds(250)

    package init() {}

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { LoopbackName.contains(host) }
}
