package import JobQueue

/// What somebody who waits for a job may expect of its lane.
package struct LaneOutlook: Sendable, Equatable {
    package let lane: Lane
    /// That show a sign of life.
    package let workers: Int
    package let isPaused: Bool
    /// Jobs of the lane, waiting and in work.
    package let jobs: Int

    package init(lane: Lane, workers: Int, isPaused: Bool, jobs: Int) {
        self.lane = lane
        self.workers = workers
        self.isPaused = isPaused
        self.jobs = jobs
    }

    /// For a person. Which job of a lane is in work nobody but its worker knows, so it is not said.
    package var description: String {
        if workers == 0 { return "queued: no worker is running, the job waits for one" }
        if isPaused { return "queued: the lane \(lane.rawValue) is paused" }
        let jobs = jobs == 1 ? "1 job" : "\(jobs) jobs"
        let workers = workers == 1 ? "1 worker" : "\(workers) workers"
        return "queued or in work: \(jobs) on the lane \(lane.rawValue), \(workers)"
    }
}
