internal import Glibc

/// Signals are for the main thread's handlers, and a library that writes to a closed socket must not end the process.
enum ThreadSignals {
    /// Of the calling thread, whatever is blocked in the one that made it. Those that a fault of its own raises stay: they
    /// would end the process without a word of where it was.
    static func block() {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_SETMASK, &signals, nil)
    }
}
