import ArgumentParser

/// How long a command waits for the answer to its job.
struct WaitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long to wait for the result: 200ms, 5s, 2m. (default: 30s)", valueName: "duration"),
        transform: DurationArgument.read
    )
    var timeout: Duration = .seconds(30)

    func validate() throws {
        guard timeout > .zero else { throw ValidationError("--timeout takes a duration above zero.") }
    }
}
