package import RedisClient

/// Why a run was not begun or taken up.
package enum RunError: Error, Sendable, CustomStringConvertible {
    /// Another process writes it, and showed so long ago that it lives.
    case owned(by: RunOwner, seenBefore: Duration)
    /// A run that was not finished stands there: it is to be taken up, or replaced.
    case unfinished(RunState)
    /// There is nothing to take up: no run, or another one than was asked for, or one that is finished.
    case nothingToResume(RunState?)
    case redis(RedisError)

    package var description: String {
        switch self {
        case .owned(let owner, let age):
            """
            run_owned: \(owner) writes this run and was seen \(Int(age / .milliseconds(1))) ms ago: stop it first; a run \
            whose process has died is free after \(Int(Runs.silence / .seconds(1))) s
            """
        case .unfinished(let state):
            "run_unfinished: the run \(state.run) was not finished after \(state.page) pages: resume it, or restart"
        case .nothingToResume(let state?) where state.isFinished:
            "run_finished: the run \(state.run) was finished: there is nothing to resume"
        case .nothingToResume: "run_unknown: there is no such run to resume: start one"
        case .redis(let error): "\(error)"
        }
    }
}
