/// Bounds of a job's fields that are part of the wire format: the same for every producer and worker.
package enum JobLimits {
    /// Fields of an entry, unknown ones included.
    package static let maximumFields = 128
    /// Fields that Memoir itself adds to an entry which it puts back.
    static let ownFields = 3
    /// Characters of a job's id.
    package static let maximumIDCharacters = 128
    /// Bytes of a memory's natural key, of a tenant and of a reply stream's name.
    package static let maximumNameBytes = 1_024
    /// Bytes of what says where a memory comes from.
    package static let maximumSourceBytes = 1_024
    /// Bytes of a run's id.
    package static let maximumRunBytes = 128
    /// Results of one search, memories of one page of a list.
    package static let maximumTopK = 1_000
    package static let defaultTopK = 5
    /// Memories of a page of a list that names no `top_k`; `maximumTopK` at most.
    package static let defaultPageSize = 100
    /// Milliseconds since 1970: the year 2286, whose digits are still what a reader expects.
    package static let maximumTime = 9_999_999_999_999
    /// Seconds that a result may be kept: 30 days.
    package static let maximumTTL = 30 * 86_400
}
