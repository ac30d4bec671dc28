import FuzzSurfaces
import Testing

/// The corpus of the fuzzer, and what comes of changing it a little: without the fuzzer itself, which scripts/fuzz
/// builds.
struct ReplayTests {
    private static let mutations = 4_000

    @Test func everySeedIsAnsweredAsItMust() async throws {
        let seeds = try FuzzSeeds().all
        #expect(seeds.count > 1_000)
        for seed in seeds { await replay(seed) }
    }

    @Test func soIsWhatIsNearOne() async throws {
        let seeds = try FuzzSeeds().all
        var mutator = Mutator(seed: 20_260_728)
        for _ in 0..<Self.mutations { await replay(mutator.mutation(of: seeds)) }
    }

    @Test(arguments: [[], [0x73], [0x68], [0x74], [0x77], [0xFF], Array("s300\n\n \n".utf8)] as [[UInt8]])
    func soIsNothing(_ input: [UInt8]) async {
        await replay(input)
    }

    private func replay(_ input: [UInt8]) async {
        do throws(FuzzFinding) {
            try await FuzzInput.run(input[...])
        } catch {
            Issue.record("\(error)\nof \(String(decoding: input, as: UTF8.self))")
        }
    }
}
