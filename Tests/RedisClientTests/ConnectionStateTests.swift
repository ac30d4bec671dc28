import Testing

@testable import RedisClient

@Suite struct ConnectionStateTests {
    enum State: CaseIterable, Sendable { case down, connecting, failedOnce, ready, retiring, closed }
    enum Event: CaseIterable, Sendable { case beginConnecting, connected, failed, gaveUp, retire, lost, close }

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
        case .retiring:
            _ = machine.beginConnecting()
            _ = machine.connected()
            machine.retire()
        case .closed: machine.close()
        }
        return machine
    }

    /// What the event answers; nil for an event without an answer.
    private static func send(_ event: Event, to machine: inout ConnectionState) -> Bool? {
        switch event {
        case .beginConnecting: return machine.beginConnecting()
        case .connected: return machine.connected()
        case .failed: return machine.failed(error)
        case .gaveUp: machine.gaveUp()
        case .retire: machine.retire()
        case .lost: return machine.lost(error, lasted: true)
        case .close: machine.close()
        }
        return nil
    }

    /// Rows are states, columns are events in the order of `Event`: the answer and the state after it.
    private static let table: [State: [(Bool?, State)]] = [
        .down: [
            (true, .connecting), (false, .down), (false, .down), (nil, .down), (nil, .down), (false, .down),
            (nil, .closed),
        ],
        .connecting: [
            (false, .connecting), (true, .ready), (true, .failedOnce), (nil, .down), (nil, .connecting),
            (false, .connecting), (nil, .closed),
        ],
        .failedOnce: [
            (false, .failedOnce), (true, .ready), (true, .failedOnce), (nil, .down), (nil, .failedOnce),
            (false, .failedOnce), (nil, .closed),
        ],
        .ready: [
            (false, .ready), (false, .ready), (false, .ready), (nil, .ready), (nil, .retiring), (true, .down),
            (nil, .closed),
        ],
        .retiring: [
            (false, .retiring), (false, .retiring), (false, .retiring), (nil, .retiring), (nil, .retiring),
            (true, .down), (nil, .closed),
        ],
        .closed: [
            (false, .closed), (false, .closed), (false, .closed), (nil, .closed), (nil, .closed), (false, .closed),
            (nil, .closed),
        ],
    ]

    @Test(arguments: State.allCases, Event.allCases)
    func everyEventInEveryState(state: State, event: Event) throws {
        let row = try #require(Self.table[state])
        let column = try #require(Event.allCases.firstIndex(of: event))
        let (answer, next) = row[column]
        var machine = Self.make(state)
        #expect(Self.send(event, to: &machine) == answer)
        #expect(machine.isReady == (next == .ready))
        #expect(machine.isRetiring == (next == .retiring))
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
        _ = machine.failed(Self.error)
        _ = machine.connected()
        #expect(machine.lastError == nil)
        _ = machine.lost(Self.error, lasted: true)
        #expect(machine.lastError != nil)
    }

    /// They set the wait before the next attempt.
    @Test func failuresInARowAreCounted() {
        var machine = Self.make(.failedOnce)
        #expect(machine.failed(Self.error) && machine.failures == 2)
        // One that is made and does not last is no success.
        #expect(machine.connected() && machine.failures == 2)
        #expect(machine.lost(Self.error, lasted: false) && machine.failures == 3)
        #expect(machine.beginConnecting() && machine.connected() && machine.failures == 3)
        machine.retire()
        #expect(machine.lost(Self.error, lasted: false) && machine.failures == 4)
        #expect(machine.beginConnecting() && machine.connected())
        #expect(machine.lost(Self.error, lasted: true) && machine.failures == 0)
        // Whoever comes after a while waits for nothing.
        machine = Self.make(.failedOnce)
        machine.gaveUp()
        #expect(machine.failures == 0)
    }
}
