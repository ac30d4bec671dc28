import JobQueue
import Testing

@Suite struct NamesTests {
    @Test func theKeysOfThePartition() {
        let keys = JobKeys()
        #expect(
            Lane.allCases.map { keys.jobs($0) } == [
                "memory:{0}:jobs:search", "memory:{0}:jobs:save", "memory:{0}:jobs:embed", "memory:{0}:jobs:bulk",
            ]
        )
        #expect(keys.delayed == "memory:{0}:delayed")
        #expect(keys.dead == "memory:{0}:dead")
        #expect(keys.stats == "memory:{0}:stats")
        #expect(keys.worker("w") == "memory:{0}:worker:w")
        #expect(keys.pattern == "memory:{0}:*")
        #expect(keys.replies("me") == "memory:{0}:replies:me")
        #expect(keys.result(Array("é1".utf8)[...]) == Array("memory:{0}:result:é1".utf8))
        #expect(JobKeys.group == "workers")
        #expect(JobKeys(prefix: "test-", partition: "7").dead == "test-{7}:dead")
    }

    @Test func lanesAndTypes() {
        #expect(JobType.allCases.map(\.defaultLane) == [.embed, .save, .search, .save, .search, .search, .search])
        #expect(Lane.allCases.sorted { $0.priority < $1.priority } == [.search, .save, .embed, .bulk])
        #expect(Set(Lane.allCases.map(\.priority)).count == 4)
    }
}
