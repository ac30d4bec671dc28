import Memory
import Reactor
import VectorStore

@testable import JobQueue
@testable import Worker

extension Job {
    /// The job that a stream entry of these fields is decoded to; `problem` where it is refused.
    static func decoded(
        _ fields: KeyValuePairs<String, String>,
        lane: Lane = .save
    ) -> (job: Job, problem: InvalidJob?) {
        decoded(fields: fields.map { ($0.key, $0.value) }, lane: lane)
    }

    static func decoded(
        fields: [(String, String)],
        lane: Lane = .save,
        entryID id: String = "1700000000000-0"
    ) -> (job: Job, problem: InvalidJob?) {
        var storage = Array(id.utf8)
        let entryID = storage.indices
        var ranges: [(name: Range<Int>, value: Range<Int>)] = []
        for (name, value) in fields {
            let start = storage.count
            storage += name.utf8
            let middle = storage.count
            storage += value.utf8
            ranges.append((name: start..<middle, value: middle..<storage.count))
        }
        var reading = JobFields(Job(entryID: storage[entryID], storage: storage, lane: lane))
        let limits = JobFields.Limits(keys: JobKeys(), textBytes: 1 << 20, jsonBytes: 1 << 16)
        for (name, value) in ranges { reading.read(storage[name], storage[value], limits) }
        reading.checkPresence()
        return (reading.job, reading.problem)
    }

    static func embed(_ text: String, lane: Lane = .embed, deadline: Int? = nil) -> Job {
        if let deadline {
            return decoded(
                ["v": "1", "id": text, "type": "embed", "content": text, "deadline": "\(deadline)"],
                lane: lane
            ).job
        }
        return decoded(["v": "1", "id": text, "type": "embed", "content": text], lane: lane).job
    }
}

@Reactor
extension WorkItem {
    /// One that wants its text embedded.
    static func embedding(_ text: String, lane: Lane = .embed, attempts: Int = 0) -> WorkItem {
        var job = Job.embed(text, lane: lane)
        job.history.attempts = attempts
        return WorkItem(job: job, action: .embed, collection: "", claimedAt: 0)
    }

    static func saving(
        _ text: String,
        metadata: String = "{}",
        point: UInt64 = 1,
        in collection: String = "c",
        attempts: Int = 0
    ) -> WorkItem {
        var (job, _) = Job.decoded([
            "v": "1", "id": text, "type": "save", "content": text, "collection": collection, "metadata": metadata,
        ])
        job.history.attempts = attempts
        let id = PointID(high: 0, low: point)
        return WorkItem(job: job, action: .save(id, payload: payload(of: job)), collection: collection, claimedAt: 0)
    }

    private static func payload(of job: Job) -> MemoryPayload {
        PayloadBuilder(
            metadata: .none,
            content: job.text,
            contentHash: ContentHash(of: job.text),
            model: [],
            createdAt: 0,
            updatedAt: 0
        ).build()
    }

    static func listing(_ id: String, in collection: String = "c") -> WorkItem {
        let (job, _) = Job.decoded(["v": "1", "id": id, "type": "list", "collection": collection], lane: .search)
        let action = Action.list(ScopedFilter(tenant: nil), from: nil)
        return WorkItem(job: job, action: action, collection: collection, claimedAt: 0)
    }

    static func searching(_ text: String, in collection: String = "c") -> WorkItem {
        let (job, _) = Job.decoded(
            ["v": "1", "id": text, "type": "search", "query": text, "collection": collection],
            lane: .search
        )
        return WorkItem(job: job, action: .search(ScopedFilter(tenant: nil)), collection: collection, claimedAt: 0)
    }

    static func forgetting(_ id: String, point: UInt64? = nil, in collection: String = "c") -> WorkItem {
        let (job, _) = Job.decoded(["v": "1", "id": id, "type": "forget", "key": id, "collection": collection])
        let pointID = point.map { PointID(high: 0, low: $0) }
        return WorkItem(
            job: job,
            action: .forget(ScopedFilter(tenant: nil), pointID),
            collection: collection,
            claimedAt: 0
        )
    }

    var text: String { String(decoding: job.text, as: UTF8.self) }
    var id: String { String(decoding: job.id, as: UTF8.self) }
}
