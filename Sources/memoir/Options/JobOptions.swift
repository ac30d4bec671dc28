import ArgumentParser

/// What every job may carry.
struct JobOptions: ParsableArguments {
    @Option(help: "The job's id; without it a new one. The same id again gets the same result.")
    var id: String?

    @Option(
        help: ArgumentHelp(
            "Answered expired, not run, after this time: RFC 3339, or a duration from now.",
            valueName: "time"
        ),
        transform: TimeArgument.read
    )
    var deadline: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "W3C trace context of the caller: the job's spans become a part of that trace. Defaults to $TRACEPARENT.",
            valueName: "traceparent"
        )
    )
    var traceparent: String?

    func validate() throws {
        try TextArgument.requireID(id)
    }
}
