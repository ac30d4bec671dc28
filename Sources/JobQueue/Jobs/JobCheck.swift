/// Checks the fields of a job that is not sent yet, as the worker that reads it is going to: who sends one that is wrong is
/// told at once.
package struct JobCheck: Sendable {
    private let limits: JobFields.Limits

    /// - Parameters:
    ///   - keys: Memoir's own, which no job may have its reply put onto.
    ///   - maximumTextBytes: of `content` and `query`.
    ///   - maximumJSONBytes: of `metadata` and `filters`.
    package init(keys: JobKeys, maximumTextBytes: Int, maximumJSONBytes: Int) {
        limits = JobFields.Limits(keys: keys, textBytes: maximumTextBytes, jsonBytes: maximumJSONBytes)
    }

    /// - Throws: the first thing that is wrong.
    package func job(_ fields: [(name: String, value: String)], on lane: Lane) throws(InvalidJob) -> Job {
        // A job's values are ranges of one buffer.
        var storage: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            storage.append(contentsOf: field.value.utf8)
            ends.append(storage.count)
        }
        var read = JobFields(Job(entryID: storage[0..<0], storage: storage, lane: lane))
        var start = 0
        for (field, end) in zip(fields, ends) {
            read.read(Array(field.name.utf8)[...], storage[start..<end], limits)
            start = end
        }
        read.checkCount(fields.count)
        read.checkPresence()
        if let problem = read.problem { throw problem }
        return read.job
    }
}
