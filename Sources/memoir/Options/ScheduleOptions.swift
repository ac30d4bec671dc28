import ArgumentParser

/// When a job that need not be answered at once is run.
struct ScheduleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Not run before this time: RFC 3339, or a duration from now. Not waited for, unless --wait says so.",
            valueName: "time"
        ),
        transform: TimeArgument.read
    )
    var runAt: TimeArgument?

    @Flag(name: .customLong("wait"), inversion: .prefixedNo, help: "Wait for the result, or only print the job's id.")
    var isWaited: Bool?

    var waits: Bool { isWaited ?? (runAt == nil) }
}
