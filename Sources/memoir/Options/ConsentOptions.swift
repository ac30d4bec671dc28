import ArgumentParser

/// How a command that changes many things at once is told to go on.
struct ConsentOptions: ParsableArguments {
    @Flag(help: "Only count what matches.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Option(help: "How many letters at most, the oldest first; without it all.")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1.") }
    }
}
