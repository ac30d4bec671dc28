import ArgumentParser
import JobQueue

/// Which dead letters a command is about: those that match all that is given.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: "Letters of jobs of this type: save, search, embed, forget.")
    var type: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Letters of jobs for this collection.", valueName: "name"))
    var collection: String?

    @Option(help: "Letters with this error code, such as invalid_job.")
    var code: String?

    @Option(help: "Letters of jobs from this lane.")
    var lane: Lane?

    @Option(help: ArgumentHelp("Letters of the job of this id.", valueName: "id"))
    var job: String?

    @Option(
        help: ArgumentHelp("Letters buried at least so long ago, such as 2h.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var olderThan: Duration?

    @Option(
        help: ArgumentHelp("Letters buried at most so long ago, such as 10m.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var newerThan: Duration?

    var filter: DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.type = type
        filter.collection = collection
        filter.code = code
        filter.lane = lane
        filter.jobID = job
        filter.olderThan = olderThan
        filter.newerThan = newerThan
        return filter
    }
}
