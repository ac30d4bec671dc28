import ArgumentParser

/// Measures Memoir; every rate stands beside a floor taken in the same minute, because machines differ and drift.
@main
struct MemoirBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memoir-bench",
        abstract: "Measures Memoir against the floor of Redis itself, and against local engines.",
        subcommands: [QueueBenchmark.self, BackfillBenchmark.self]
    )
}
