internal import JobQueue
internal import Memory
internal import RedisClient

/// Makes the jobs of a run: a save of a row, straight from where libpq keeps it, and a forget of what a row was.
struct RowJobs: Sendable {
    /// Holds the row that was encoded last.
    private(set) var encoder: RowEncoder
    private let collection: String
    private let runID: [UInt8]
    /// Names and values that are the same in all jobs of a type.
    private let sharedBySaves: RedisArguments
    private let sharedByForgets: RedisArguments

    init(_ mapping: SourceMapping, run: String, limits: RowLimits) {
        encoder = RowEncoder(mapping, limits: limits)
        collection = mapping.definition.collection
        runID = Array(run.utf8)
        sharedBySaves = Self.shared("save", collection, run)
        sharedByForgets = Self.shared("forget", collection, run)
    }

    /// - Returns: why the row cannot become a job, or nil.
    mutating func appendSave(
        of row: borrowing some RowValues & ~Copyable,
        number: Int,
        to jobs: inout JobPage
    ) -> RunFailure? {
        if let failure = encode(row) { return failure }
        appendSave(number: number, to: &jobs)
        return nil
    }

    /// - Returns: why the row cannot become a job, or nil.
    mutating func encode(_ row: borrowing some RowValues & ~Copyable) -> RunFailure? {
        encoder.encode(row).map { failure in
            RunFailure(
                source: String(decoding: encoder.source, as: UTF8.self),
                code: failure.code.rawValue,
                message: failure.message,
                at: UnixTime.milliseconds
            )
        }
    }

    /// Of the row that was encoded last without a failure.
    func appendSave(number: Int, to jobs: inout JobPage) {
        let tenant = encoder.tenant
        jobs.begin(fields: tenant == nil ? 10 : 11)
        jobs.append(sharedBySaves)
        jobs.append("id")
        jobs.append(jobID(number))
        jobs.append("content")
        jobs.append(encoder.content)
        jobs.append("metadata")
        jobs.append(encoder.metadata)
        jobs.append("key")
        jobs.append(encoder.key)
        jobs.append("source")
        jobs.append(encoder.source)
        if let tenant {
            jobs.append("tenant")
            jobs.append(tenant)
        }
    }

    /// A forget of the memory as far as it is the row's: another row's of the same key stays.
    func appendForget(_ memory: RowMemory, number: Int, to jobs: inout JobPage) {
        jobs.begin(fields: memory.tenant == nil ? 8 : 9)
        jobs.append(sharedByForgets)
        jobs.append("id")
        jobs.append(jobID(number))
        jobs.append("filters")
        jobs.append(memory.filters(in: collection))
        jobs.append("source")
        jobs.append(memory.row.source)
        if let tenant = memory.tenant {
            jobs.append("tenant")
            jobs.append(tenant)
        }
    }

    /// Of a row that has the columns of the identity only.
    ///
    /// - Returns: nil where no memory can be called so.
    mutating func memory(of row: borrowing some RowValues & ~Copyable) -> RowMemory? {
        encoder.encodeIdentity(row) == nil ? lastMemory : nil
    }

    /// Of the row that was encoded last without a failure.
    var lastMemory: RowMemory {
        RowMemory(
            row: RowKey(encoder.primaryKey.strings),
            key: String(decoding: encoder.key, as: UTF8.self),
            tenant: encoder.tenant.map { String(decoding: $0, as: UTF8.self) }
        )
    }

    /// A hash, in this process, of what the row that was encoded last without a failure is made into.
    var state: Int {
        var hasher = Hasher()
        for text in [encoder.content, encoder.metadata, encoder.key, encoder.tenant ?? []] {
            hasher.combine(text.count)
            text.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        return hasher.finalize()
    }

    /// `<run>:<number>`
    private func jobID(_ number: Int) -> [UInt8] {
        var id = [UInt8]()
        id.reserveCapacity(runID.count + 20)
        id.append(contentsOf: runID)
        id.append(UInt8(ascii: ":"))
        id.append(contentsOf: "\(number)".utf8)
        return id
    }

    private static func shared(_ type: String, _ collection: String, _ run: String) -> RedisArguments {
        var shared = RedisArguments(capacity: 128)
        for text in ["v", "1", "type", type, "collection", collection, "run", run, "ttl", "0"] { shared.append(text) }
        return shared
    }
}
