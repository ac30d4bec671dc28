import Embeddings
import JobQueue
import Reactor

@testable import Worker

/// A batcher beside what it should be: texts with a priority, either pending or in flight. Every step is checked against
/// it, and what does not agree is a fault.
@Reactor
struct BatcherModel {
    private struct Text {
        var priority: Int
        var items: [Int]
        var isPending = true
        var isSuspect = false
    }

    private var batcher: Batcher
    private let maximumInputs: Int
    private var texts: [String: Text] = [:]
    private var numbers: [ObjectIdentifier: Int] = [:]
    /// Kept, so that an object's identity is not used again.
    private var items: [WorkItem] = []
    private var inFlight: [[TextEntry]] = []
    private var deliveries: [Int] = []
    private(set) var faults: [String] = []

    init(maximumInputs: Int) {
        self.maximumInputs = maximumInputs
        batcher = Batcher(limits: EmbeddingLimits(maximumInputs: maximumInputs))
    }

    var added: Int { items.count }
    /// The numbers of the items whose texts are embedded, sorted.
    var delivered: [Int] { deliveries.sorted() }

    mutating func step(using random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            let lane = Lane.allCases.randomElement(using: &random) ?? .bulk
            add("t\(Int.random(in: 0..<12, using: &random))", lane)
        case 5..<7: next(includesBulkAlone: Bool.random(using: &random))
        case 7:
            guard let index = inFlight.indices.randomElement(using: &random) else { return }
            putBack(inFlight.remove(at: index), hasFailed: Bool.random(using: &random))
        default:
            guard let index = inFlight.indices.randomElement(using: &random) else { return }
            finish(inFlight.remove(at: index))
        }
        check(batcher.count == texts.count, "count is \(batcher.count), should be \(texts.count)")
    }

    /// Runs all that is left to its end.
    mutating func drain() {
        for batch in inFlight { finish(batch) }
        inFlight = []
        while texts.contains(where: { $0.value.isPending }) && faults.isEmpty {
            next(includesBulkAlone: true)
            if let batch = inFlight.popLast() { finish(batch) }
        }
        check(batcher.count == 0, "\(batcher.count) texts are left")
    }

    private mutating func add(_ text: String, _ lane: Lane) {
        let item = WorkItem.embedding(text, lane: lane)
        let number = items.count
        items.append(item)
        numbers[ObjectIdentifier(item)] = number
        batcher.add(item)
        var known = texts[text] ?? Text(priority: lane.priority, items: [])
        known.priority = min(known.priority, lane.priority)
        known.items.append(number)
        texts[text] = known
    }

    private mutating func next(includesBulkAlone: Bool) {
        let pending = texts.filter { $0.value.isPending }
        var candidates = pending.filter { includesBulkAlone || $0.value.priority < Lane.bulk.priority }
        guard let batch = batcher.next(includesBulkAlone: includesBulkAlone) else {
            return check(candidates.isEmpty, "nothing goes out while \(candidates.keys.sorted()) are pending")
        }
        let names = batch.map { String(decoding: $0.text, as: UTF8.self) }
        let priorities = names.compactMap { pending[$0]?.priority }
        check(priorities.count == names.count, "\(names) are not all pending")
        let standings = Set(names.compactMap { pending[$0]?.isSuspect })
        check(standings.count == 1, "\(names) mixes suspects with others")
        let equals = pending.filter { standings.contains($0.value.isSuspect) }
        candidates = candidates.filter { standings.contains($0.value.isSuspect) }
        check(Set(names).count == names.count, "\(names) has a text twice")
        check(priorities == priorities.sorted(), "\(names) is not by urgency: \(priorities)")
        check(batch.count == min(maximumInputs, equals.count), "\(names) is not full")
        check(
            priorities.first == candidates.map(\.value.priority).min(),
            "\(names) goes before something more urgent"
        )
        for name in names { texts[name]?.isPending = false }
        inFlight.append(batch)
    }

    private mutating func putBack(_ batch: [TextEntry], hasFailed: Bool) {
        for entry in batch where hasFailed { entry.failedAt = .now }
        batcher.putBack(batch)
        for entry in batch {
            let name = String(decoding: entry.text, as: UTF8.self)
            texts[name]?.isPending = true
            if hasFailed { texts[name]?.isSuspect = true }
        }
    }

    private mutating func finish(_ batch: [TextEntry]) {
        batcher.finished(batch)
        for entry in batch {
            let name = String(decoding: entry.text, as: UTF8.self)
            let expected = texts.removeValue(forKey: name)?.items ?? []
            let found = entry.items.compactMap { numbers[ObjectIdentifier($0)] }
            check(found == expected, "\(name) answers \(found), should answer \(expected)")
            deliveries += found
        }
    }

    private mutating func check(_ condition: Bool, _ fault: String) {
        if !condition { faults.append(fault) }
    }
}
