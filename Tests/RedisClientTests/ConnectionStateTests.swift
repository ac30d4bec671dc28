import Testing

@testable import RedisClient

@Suite struct ConnectionStateTests {
    enum State: CaseIterable, Sendable { case down, connecting, failedOnce, ready, closed }
    enum Event: CaseIterable, Sendable { case beginConnecting, connected, failed, gaveUp, lost, close }

    private static let error = RedisError(.connectionLost, "x")

    private static func make(_ state: State) -> ConnectionState {
        var machine = ConnectionState()
        switch state {
        case .down: break
        case .connecting: _ = machine.beginConnecting()
        case .failedOnce:
            _ = machine.beginConnecting()
            _ = machine.failed(error)
        case .ready:
            _ = machine.beginConnecting()
            _ = machine.connected()
        case .closed: machine.close()
        }
        return machine
    }

    /// What the event answers: 1 for yes, 0 for no, failures as they are counted; nil for an event without an answer.
    private static func send(_ event: Event, to machine: inout ConnectionState) -> Int? {
        switch event {
        case .beginConnecting: return machine.beginConnecting() ? 1 : 0
        case .connected: return machine.connected() ? 1 : 0
        case .failed: return machine.failed(error)
        case .gaveUp: machine.gaveUp()
        case .lost: return machine.lost(error) ? 1 : 0
        case .close: machine.close()
        }
        return nil
    }

    /// Rows are states, columns are events in the order of `Event`: the answer and the state after it.
    private static let table: [State: [(Int?, State)]] = [
        .down: [(1, .connecting), (0, .down), (0, .down), (nil, .down), (0, .down), (nil, .closed)],
        .connecting: [
            (0, .connecting), (1, .ready), (1, .failedOnce), (nil, .down), (0, .connecting), (nil, .closed),
        ],
        .failedOnce: [
            (0, .failedOnce), (1, .ready), (2, .failedOnce), (nil, .down), (0, .failedOnce), (nil, .closed),
        ],
        .ready: [(0, .ready), (0, .ready), (0, .ready), (nil, .ready), (1, .down), (nil, .closed)],
        .closed: [(0, .closed), (0, .closed), (0, .closed), (nil, .closed), (0, .closed), (nil, .closed)],
    ]

    @Test(arguments: State.allCases, Event.allCases)
    func everyEventInEveryState(state: State, event: Event) throws {
        let row = try #require(Self.table[state])
        let column = try #require(Event.allCases.firstIndex(of: event))
        let (answer, next) = row[column]
        var machine = Self.make(state)
        #expect(Self.send(event, to: &machine) == answer)
        #expect(machine.isReady == (next == .ready))
        #expect(machine.isClosed == (next == .closed))
        // What cannot be asked for shows in what it allows.
        var copy = machine
        #expect(copy.beginConnecting() == (next == .down))
        copy = machine
        #expect(copy.connected() == (next == .connecting || next == .failedOnce))
    }

    @Test func theLastErrorStandsUntilItIsConnected() {
        var machine = Self.make(.failedOnce)
        #expect(machine.lastError?.code == .connectionLost)
        machine.gaveUp()
        #expect(machine.lastError != nil)
        _ = machine.beginConnecting()
        #expect(machine.failed(Self.error) == 1)
        _ = machine.connected()
        #expect(machine.lastError == nil)
        _ = machine.lost(Self.error)
        #expect(machine.lastError != nil)
    }
}
