/// Which dead letters are meant: those that match all that is given.
package struct DeadLetterFilter: Sendable, Equatable {
    package var type: String?
    package var collection: String?
    package var code: String?
    package var lane: Lane?
    package var jobID: String?
    /// Buried at least so long ago.
    package var olderThan: Duration?
    /// Buried at most so long ago.
    package var newerThan: Duration?

    package init() {}

    /// Whether the letter's fields match. Its age is not looked at: only letters of the right age are read.
    package func matches(_ letter: DeadLetter) -> Bool {
        isEqual(letter["type"], type)
            && isEqual(letter["collection"], collection)
            && isEqual(letter["_code"], code)
            && isEqual(letter["_lane"], lane?.rawValue)
            && isEqual(letter.jobID, jobID)
    }

    /// The ids between which letters of the right age lie, both included.
    ///
    /// - Parameter now: ms since 1970 by the clock of Redis, which gave the letters their ids.
    func range(now: Int) -> (first: String, last: String) {
        let first = newerThan.map { "\(max(0, now - Int($0 / .milliseconds(1))))" } ?? "-"
        let last = olderThan.map { "\(max(0, now - Int($0 / .milliseconds(1))))" } ?? "+"
        return (first, last)
    }

    private func isEqual(_ value: DeadLetter.Bytes?, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        return value?.elementsEqual(wanted.utf8) == true
    }
}
