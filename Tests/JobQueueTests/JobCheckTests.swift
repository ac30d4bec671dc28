import JobQueue
import Testing

@Suite struct JobCheckTests {
    private let check = JobCheck(keys: JobKeys(), maximumTextBytes: 100, maximumJSONBytes: 50)

    @Test func aRightJobIsReadAsAWorkerReadsIt() throws {
        let job = try check.job(
            [("v", "1"), ("id", "a"), ("type", "save"), ("collection", "notes"), ("content", "text"), ("key", "k")],
            on: .bulk
        )
        #expect(job.type == .save && job.lane == .bulk)
        #expect(job.text.elementsEqual("text".utf8) && job.collection.elementsEqual("notes".utf8))
        #expect(job.key?.elementsEqual("k".utf8) == true && job.id.elementsEqual("a".utf8))
    }

    @Test(
        arguments: [
            ([], "v"), ([("v", "1"), ("id", "a")], "type"), ([("v", "1"), ("id", "a"), ("type", "embed")], "content"),
            ([("v", "1"), ("id", "a"), ("type", "embed"), ("content", String(repeating: "x", count: 101))], "content"),
            ([("v", "1"), ("id", "a"), ("type", "embed"), ("content", "x"), ("ttl", "-1")], "ttl"),
            ([("v", "1"), ("id", "a"), ("type", "search"), ("query", "x")], "collection"),
        ] as [([(name: String, value: String)], String)]
    )
    func theFirstThingThatIsWrongIsNamed(fields: [(name: String, value: String)], field: String) {
        #expect { try check.job(fields, on: .search) } throws: { ($0 as? InvalidJob)?.field == field }
    }
}
