import JobQueue
package import Memory

/// What a job may hold at most; the worker refuses more.
package struct RowLimits: Sendable {
    /// Bytes of the content. Defaults to 1 MiB, as `worker.maximumContentBytes` does.
    package var contentBytes = 1 << 20
    package var metadata = MetadataLimits()
    /// Bytes of each of key, tenant and source. Defaults to what the wire format allows.
    package var nameBytes = JobLimits.maximumNameBytes

    package init() {}
}
