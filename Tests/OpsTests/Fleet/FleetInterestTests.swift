import Testing

@testable import Ops

@Suite struct FleetInterestTests {
    private let start = ContinuousClock.now

    @Test func nothingIsReadForNobody() {
        let interest = FleetInterest()
        #expect(interest.interval(at: start) == nil)
        #expect(interest.want(.loose, at: start))
        #expect(interest.interval(at: start + .seconds(89)) == .seconds(5))
        #expect(interest.interval(at: start + .seconds(90)) == nil)
    }

    @Test func whoLooksIsServedFasterThanWhoScrapes() {
        let interest = FleetInterest()
        _ = interest.want(.loose, at: start)
        #expect(!interest.want(.loose, at: start + .seconds(1)))
        #expect(interest.want(.close, at: start + .seconds(2)))
        #expect(!interest.want(.loose, at: start + .seconds(80)))
        #expect(interest.interval(at: start + .seconds(91)) == .seconds(1))
        #expect(interest.interval(at: start + .seconds(92)) == .seconds(5))
        #expect(interest.interval(at: start + .seconds(170)) == nil)
    }
}
