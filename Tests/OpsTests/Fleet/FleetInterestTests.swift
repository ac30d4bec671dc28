import Testing

@testable import Ops

@Suite struct FleetInterestTests {
    private let start = ContinuousClock.now

    @Test func nothingIsReadForNobody() {
        let interest = FleetInterest()
        #expect(interest.interval(at: start) == nil)
        #expect(interest.want(.loose, at: start))
        #expect(interest.interval(at: start + .seconds(299)) == .seconds(5))
        #expect(interest.interval(at: start + .seconds(300)) == nil)
    }

    @Test func whoLooksIsServedFasterThanWhoScrapes() {
        let interest = FleetInterest()
        _ = interest.want(.loose, at: start)
        #expect(!interest.want(.loose, at: start + .seconds(1)))
        #expect(interest.want(.close, at: start + .seconds(2)))
        #expect(!interest.want(.loose, at: start + .seconds(50)))
        #expect(interest.interval(at: start + .seconds(61)) == .seconds(1))
        #expect(interest.interval(at: start + .seconds(62)) == .seconds(5))
        #expect(interest.interval(at: start + .seconds(350)) == nil)
    }
}
