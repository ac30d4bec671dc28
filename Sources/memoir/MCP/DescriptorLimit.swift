import Glibc

/// Of files and connections that a process may have open at once.
enum DescriptorLimit {
    /// As many as the system allows: the usual 1,024 is for programs that use `select`, and a server has a connection for
    /// each client.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it is refused, the limit stays as it is.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
