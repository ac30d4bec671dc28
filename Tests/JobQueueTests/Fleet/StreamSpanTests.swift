import Testing

@testable import JobQueue

@Suite("StreamSpan: places all over a stretch of a stream")
struct StreamSpanTests {
    @Test(
        "They rise, and lie between its ends",
        arguments: [
            ("1700000000000-0", "1700000009000-5", 50), ("5-1", "5-900", 9), ("5-1", "5-1", 3), ("0-1", "7-0", 100),
            ("0-1", "18446744073709551615-18446744073709551615", 7),
            ("18446744073709551615-0", "18446744073709551615-18446744073709551615", 7),
        ]
    )
    func places(first: String, last: String, count: Int) throws {
        let number = { (id: String) in id.split(separator: "-").compactMap { UInt64($0) } }
        for _ in 0..<20 {
            let places = try #require(StreamSpan(first, last)).places(count).map(number)
            #expect(places.count == count)
            #expect(zip(places, places.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) })
            // A place of no second number is the beginning of its millisecond.
            #expect(places.allSatisfy { $0[0] >= number(first)[0] && !number(last).lexicographicallyPrecedes($0) })
        }
    }

    @Test(
        "What is no stretch is none",
        arguments: [("", ""), ("1-1", ""), ("1", "2"), ("2-0", "1-9"), ("a-1", "b-2"), ("1-1-1", "2-2")]
    )
    func none(first: String, last: String) { #expect(StreamSpan(first, last) == nil) }
}
