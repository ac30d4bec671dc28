import Testing

@testable import memoir

@Suite struct LogLimiterTests {
    @Test func countsWhatItLeavesOutAndTellsItLater() {
        var limiter = LogLimiter(maximumPerSecond: 2)
        let first = (0..<5).map { _ in limiter.admit("a", second: 1) }
        #expect(first == [0, 0, nil, nil, nil])
        let other = limiter.admit("b", second: 1)
        #expect(other == 0)
        let next = (0..<3).map { _ in limiter.admit("a", second: 2) }
        #expect(next == [3, 0, nil])
    }

    @Test func eventsBeyondTheBoundShareOneCount() {
        var limiter = LogLimiter(maximumPerSecond: 1)
        for number in 0..<LogLimiter.maximumEvents {
            let admitted = limiter.admit("\(number)", second: 1)
            #expect(admitted == 0)
        }
        let beyond = ["x", "y"].map { limiter.admit($0, second: 1) }
        #expect(beyond == [0, nil])
        let known = limiter.admit("0", second: 2)
        #expect(known == 0)
    }
}
