import Testing

@testable import HTTPTransport

@Suite struct AdmissionQueueTests {
    enum Event: Sendable {
        case arrived(UInt64, AdmissionQueue.Admission)
        case ended(next: UInt64?)
        case abandoned(UInt64)
    }

    struct Transition: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [Event]
        let running: Int
        let waiting: Int
    }

    static let transitions = [
        Transition(
            testDescription: "a free slot is given at once",
            events: [.arrived(1, .start)],
            running: 1,
            waiting: 0
        ),
        Transition(
            testDescription: "beyond the slots one waits, beyond the line one is refused",
            events: [
                .arrived(1, .start), .arrived(2, .start), .arrived(3, .wait), .arrived(4, .wait), .arrived(5, .refuse),
            ],
            running: 2,
            waiting: 2
        ),
        Transition(
            testDescription: "slots go to the line in the order of arrival",
            events: [
                .arrived(1, .start), .arrived(2, .start), .arrived(3, .wait), .arrived(4, .wait), .ended(next: 3),
                .ended(next: 4), .ended(next: nil), .ended(next: nil),
            ],
            running: 0,
            waiting: 0
        ),
        Transition(
            testDescription: "who gave up is passed over, and makes room in the line",
            events: [
                .arrived(1, .start), .arrived(2, .start), .arrived(3, .wait), .arrived(4, .wait), .abandoned(3),
                .arrived(5, .wait), .arrived(6, .refuse), .ended(next: 4), .ended(next: 5), .ended(next: nil),
            ],
            running: 1,
            waiting: 0
        ),
        Transition(
            testDescription: "a slot that nobody took over is free",
            events: [.arrived(1, .start), .ended(next: nil), .arrived(2, .start), .arrived(3, .start)],
            running: 2,
            waiting: 0
        ),
    ]

    @Test(arguments: transitions)
    func answers(_ transition: Transition) {
        var queue = AdmissionQueue(maximumRunning: 2, maximumWaiting: 2)
        for event in transition.events {
            switch event {
            case .arrived(let id, let expected):
                let admission = queue.arrived(id)
                #expect(admission == expected, "\(id)")
            case .ended(let expected):
                let next = queue.ended()
                #expect(next == expected)
            case .abandoned(let id):
                queue.abandoned(id)
            }
        }
        #expect(queue.running == transition.running)
        #expect(queue.waiting == transition.waiting)
    }

    @Test func thoseWhoGaveUpDoNotPileUp() {
        var queue = AdmissionQueue(maximumRunning: 1, maximumWaiting: 10)
        _ = queue.arrived(0)
        for id in UInt64(1)...10_000 {
            _ = queue.arrived(id)
            queue.abandoned(id)
        }
        #expect(queue.waiting == 0)
        #expect(queue.husks <= 65)
    }
}
