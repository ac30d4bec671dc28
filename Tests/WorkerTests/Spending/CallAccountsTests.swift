import Embeddings
import JobQueue
import Memory
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("CallAccounts")
struct CallAccountsTests {
    private static func item(_ text: String, lane: Lane, collection: String, tenant: String?) -> WorkItem {
        var fields = [("v", "1"), ("id", text), ("type", "save"), ("content", text), ("collection", collection)]
        if let tenant { fields.append(("tenant", tenant)) }
        let job = Job.decoded(fields: fields, lane: lane).job
        return WorkItem(job: job, action: .embed, collection: collection, claimedAt: 0)
    }

    private static func entries(_ count: Int, _ generator: inout SeededGenerator) -> [TextEntry] {
        (0..<count).map { number in
            let text = String(repeating: "word ", count: Int.random(in: 1...40, using: &generator)) + "\(number)"
            let lane = Lane.allCases.randomElement(using: &generator) ?? .save
            let tenant = ["a", "b", "c", nil].randomElement(using: &generator) ?? nil
            let collection = ["x", "y", ""].randomElement(using: &generator) ?? ""
            return TextEntry(item(text, lane: lane, collection: collection, tenant: tenant))
        }
    }

    @Test("Tokens and dollars of each kind add up to the call's, whatever the provider counted and whatever it costs")
    func sums() {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<200 {
            var limits = SpendingLimits()
            limits.pricePerMillionTokens = [20_000_000, 12_345_678, 1, 0][round % 4]
            let accounts = CallAccounts(Self.entries(Int.random(in: 1...50, using: &generator), &generator))
            let tokens = Int.random(in: 0...3_000, using: &generator)
            let shares = accounts.shares(ofTokens: tokens, limits)
            var sums: [String: Spent] = [:]
            for (label, share) in shares {
                let kind = String("\(label)".prefix { $0 != "(" })
                sums[kind, default: Spent()] += share
                #expect(share.requests == 1 && share.tokens >= 0 && share.nanodollars >= 0)
            }
            #expect(sums.count == 3)
            for sum in sums.values {
                #expect(sum.tokens == tokens && sum.nanodollars == limits.price(ofTokens: tokens))
            }
        }
    }

    @Test("A text that several jobs want is on the account of the first")
    func theFirstPays() {
        let entry = TextEntry(Self.item("t", lane: .bulk, collection: "x", tenant: "first"))
        entry.add(Self.item("t", lane: .search, collection: "y", tenant: "second"))
        let shares = CallAccounts([entry]).shares(ofTokens: 5, SpendingLimits())
        let spent = Spent(tokens: 5, requests: 1, nanodollars: 100)
        #expect(shares == [.lane("bulk"): spent, .collection("x"): spent, .tenant("first"): spent])
    }

    @Test("Lanes are held until their time, and a later word counts")
    func holds() {
        var holds = LaneHolds()
        let now = ContinuousClock.now
        #expect(holds.held(at: now).isEmpty)
        holds.hold(.bulk, until: now + .seconds(2))
        holds.hold(.save, until: now + .seconds(1))
        #expect(holds.held(at: now) == [.bulk, .save])
        #expect(holds.held(at: now + .seconds(1)) == [.bulk])
        holds.hold(.bulk, until: now + .seconds(1))
        #expect(holds.held(at: now + .seconds(1)).isEmpty)
    }

    @Test("The batcher leaves held lanes alone, and keeps a call to its tokens")
    func batcher() {
        var batcher = Batcher(limits: .init())
        for (text, lane) in [("b", Lane.bulk), ("e", .embed), ("v", .save), ("s", .search)] {
            batcher.add(.embedding(text, lane: lane))
        }
        let texts = { (batch: [TextEntry]?) in batch?.map { String(decoding: $0.text, as: UTF8.self) } }
        #expect(texts(batcher.next(includesBulkAlone: true, without: [.save, .bulk], maximumTokens: 1)) == ["s"])
        #expect(texts(batcher.next(includesBulkAlone: true, without: [.save, .bulk])) == ["e"])
        #expect(batcher.next(includesBulkAlone: true, without: [.save, .bulk]) == nil)
        #expect(texts(batcher.next(includesBulkAlone: true)) == ["v", "b"])
    }
}

extension TextEntry {
    fileprivate convenience init(_ item: WorkItem) {
        self.init(item, TextKey(bytes: item.job.text))
    }
}
