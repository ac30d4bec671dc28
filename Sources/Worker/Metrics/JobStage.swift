/// A part of a job's way: a label of the metrics, and of the heartbeat's fields.
enum JobStage: String, CaseIterable, Sendable {
    case queued
    case embedding
    case store
    case total
}
