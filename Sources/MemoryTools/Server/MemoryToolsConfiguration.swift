/// Bounds of the tools.
package struct MemoryToolsConfiguration: Sendable {
    /// Of one call, all its jobs together; the jobs' deadline is the same. Defaults to 30 s.
    package var timeout = Duration.seconds(30)
    /// Between two reports to a caller who asked for progress. Defaults to 1 s.
    package var progressInterval = Duration.seconds(1)
    /// Of a text, in bytes; what workers take. Defaults to 1 MiB.
    package var maximumTextBytes = 1_048_576
    /// Of metadata and of filters, in bytes; what workers take. Defaults to 64 KiB.
    package var maximumJSONBytes = 65_536

    /// All defaults.
    package init() {}
}
