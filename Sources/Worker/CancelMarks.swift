internal import Reactor

/// The ids of jobs that were cancelled and are not answered yet, as far as this worker has heard.
@Reactor
final class CancelMarks {
    private var ids: Set<TextKey> = []

    /// On the path of every job, and nearly always true.
    var isEmpty: Bool { ids.isEmpty }

    func replace(with marks: [[UInt8]]) {
        ids = Set(marks.map { TextKey(bytes: $0[...]) })
    }

    func contains(_ jobID: ArraySlice<UInt8>) -> Bool {
        !ids.isEmpty && ids.contains(TextKey(bytes: jobID))
    }

    func remove(_ jobID: ArraySlice<UInt8>) {
        ids.remove(TextKey(bytes: jobID))
    }
}
