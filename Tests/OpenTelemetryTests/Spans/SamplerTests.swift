import Testing

@testable import OpenTelemetry

@Suite struct SamplerTests {
    private func parent(isSampled: Bool) -> SpanContext {
        SpanContext(traceID: .random(), spanID: .random(), isSampled: isSampled, state: .none)
    }

    @Test(arguments: [0, 0.5, 1], [false, true])
    func childrenFollowTheirParent(_ ratio: Double, _ isSampled: Bool) {
        let parent = parent(isSampled: isSampled)
        #expect(Sampler(ratio: ratio).samples(parent.traceID, parent: parent) == isSampled)
    }

    @Test(arguments: [
        (0.0, UInt64(0), false), (0, .max, false),
        (1, 0, true), (1, .max, true),
        (0.5, 0x7FFF_FFFF_FFFF_FFFF, true), (0.5, 0x8000_0000_0000_0000, false),
        (0.25, 0x3FFF_FFFF_FFFF_FFFF, true), (0.25, 0x4000_0000_0000_0000, false),
    ])
    func rootsByTheLowHalfOfTheirID(_ ratio: Double, _ low: UInt64, _ isSampled: Bool) throws {
        let id = try #require(TraceID(high: 1, low: low))
        #expect(Sampler(ratio: ratio).samples(id, parent: nil) == isSampled)
    }

    @Test func aShareOfRandomTraces() {
        let sampler = Sampler(ratio: 0.1)
        let count = (0..<20_000).count { _ in sampler.samples(.random(), parent: nil) }
        // Fifteen standard deviations.
        #expect((1_350...2_650).contains(count))
    }
}
