import Testing

@testable import Worker

@Suite("Bisection")
struct BisectionTests {
    private struct Failure: Error {}

    /// Runs a bisection over the numbers below `count`, of which some make every call fail that carries them.
    private func run(_ count: Int, culprits: Set<Int>) -> (found: [Int], calls: [[Int]], succeeded: [Int]) {
        var bisection = Bisection<Int, Failure>(Array(0..<count))
        var calls: [[Int]] = []
        var succeeded: [Int] = []
        while let parts = bisection.next() {
            calls.append(parts)
            if parts.contains(where: culprits.contains) {
                bisection.failed(parts, at: .now, Failure())
            } else {
                bisection.succeeded()
                succeeded += parts
            }
        }
        return (bisection.culprits.map(\.part), calls, succeeded)
    }

    @Test(
        "Whoever is at fault stands alone at the end, and nobody else",
        arguments: [
            (0, []), (1, []), (1, [0]), (2, [1]), (2, [0, 1]), (7, [3]), (8, [0, 7]), (100, [17]), (100, [41, 42]),
            (2_048, [0, 1, 1_000, 2_047]), (5, [0, 1, 2, 3, 4]),
        ] as [(Int, Set<Int>)]
    )
    func finds(_ count: Int, _ culprits: Set<Int>) {
        let (found, calls, succeeded) = run(count, culprits: culprits)
        #expect(found == culprits.sorted())
        #expect(succeeded == (0..<count).filter { !culprits.contains($0) })
        #expect(calls.allSatisfy { !$0.isEmpty })
    }

    @Test("One culprit costs two calls for each halving", arguments: [0, 17, 500, 1_023])
    func cost(_ culprit: Int) {
        #expect(run(1_024, culprits: [culprit]).calls.count == 1 + 2 * 10)
    }

    @Test(
        "Where all fail, it is in doubt after one that stands alone and its neighbour",
        arguments: [(1, 3), (2, 4), (8, 6), (256, 11), (2_048, 14)]
    )
    func doubt(_ count: Int, _ calls: Int) {
        var bisection = Bisection<Int, Failure>(Array(0..<count))
        var made = 0
        while !bisection.isDoubtful, let parts = bisection.next() {
            made += 1
            bisection.failed(parts, at: .now, Failure())
        }
        #expect(made == min(calls, 2 * count - 1))
        #expect(bisection.culprits.map(\.part) == (count == 1 ? [0] : [0, 1]))
        #expect((bisection.culprits.map(\.part) + bisection.rest).sorted() == Array(0..<count))
    }

    @Test("A success in between clears the doubt")
    func cleared() {
        var bisection = Bisection<Int, Failure>(Array(0..<4))
        for _ in 0..<4 { bisection.failed([0, 1], at: .now, Failure()) }
        #expect(!bisection.isDoubtful)
        bisection.succeeded()
        for _ in 0..<4 { bisection.failed([0, 1], at: .now, Failure()) }
        #expect(!bisection.isDoubtful)
        bisection.failed([0, 1], at: .now, Failure())
        #expect(bisection.isDoubtful)
    }

    @Test("What is refused is divided, what is to be tried again is next")
    func divideAndRetry() {
        var bisection = Bisection<Int, Failure>([1, 2, 3])
        let whole = bisection.next() ?? []
        bisection.divide(whole)
        #expect(bisection.rest == [1, 2, 3])
        #expect(bisection.next() == [1])
        bisection.retry([1])
        #expect(bisection.next() == [1])
        #expect(bisection.next() == [2, 3])
        #expect(bisection.next() == nil)
        #expect(bisection.culprits.isEmpty)
    }
}
