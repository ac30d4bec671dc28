import Testing

@testable import PostgresClient

@Suite struct ConnectionStateTests {
    typealias State = ConnectionState.State
    enum Event: CaseIterable, Sendable { case begin, connected, failed, ended, abandoned, drained, lost, close }
    enum Answer: Equatable, Sendable {
        case begin(ConnectionState.Begin)
        case yes
        case no
        case nothing
    }

    private static let states: [State] = [.down, .connecting, .idle, .running, .draining, .closed]

    private static func make(_ state: State) -> ConnectionState {
        var machine = ConnectionState()
        if state == .closed { machine.close() }
        guard state != .down && state != .closed else { return machine }
        _ = machine.begin()
        guard state != .connecting else { return machine }
        _ = machine.connected()
        if state == .idle { machine.ended() }
        if state == .draining { _ = machine.abandoned() }
        return machine
    }

    private static func send(_ event: Event, to machine: inout ConnectionState) -> Answer {
        switch event {
        case .begin: return .begin(machine.begin())
        case .connected: return machine.connected() ? .yes : .no
        case .failed: machine.failed()
        case .ended: machine.ended()
        case .abandoned: return machine.abandoned() ? .yes : .no
        case .drained: machine.drained()
        case .lost: return machine.lost() ? .yes : .no
        case .close: machine.close()
        }
        return .nothing
    }

    /// Rows are states, columns are events in the order of `Event`: the answer and the state after it.
    private static let table: [State: [(Answer, State)]] = [
        .down: [
            (.begin(.connect), .connecting), (.no, .down), (.nothing, .down), (.nothing, .down), (.no, .down),
            (.nothing, .down), (.no, .down), (.nothing, .closed),
        ],
        .connecting: [
            (.begin(.refuseBusy), .connecting), (.yes, .running), (.nothing, .down), (.nothing, .connecting),
            (.no, .connecting), (.nothing, .connecting), (.no, .connecting), (.nothing, .closed),
        ],
        .idle: [
            (.begin(.send), .running), (.no, .idle), (.nothing, .idle), (.nothing, .idle), (.no, .idle),
            (.nothing, .idle), (.yes, .down), (.nothing, .closed),
        ],
        .running: [
            (.begin(.refuseBusy), .running), (.no, .running), (.nothing, .running), (.nothing, .idle),
            (.yes, .draining),
            (.nothing, .running), (.yes, .down), (.nothing, .closed),
        ],
        .draining: [
            (.begin(.waitForDrain), .draining), (.no, .draining), (.nothing, .draining), (.nothing, .draining),
            (.no, .draining), (.nothing, .idle), (.yes, .down), (.nothing, .closed),
        ],
        .closed: [
            (.begin(.refuseClosed), .closed), (.no, .closed), (.nothing, .closed), (.nothing, .closed), (.no, .closed),
            (.nothing, .closed), (.no, .closed), (.nothing, .closed),
        ],
    ]

    @Test(arguments: states, Event.allCases)
    func everyEventInEveryState(state: State, event: Event) throws {
        let row = try #require(Self.table[state])
        let column = try #require(Event.allCases.firstIndex(of: event))
        var machine = Self.make(state)
        #expect(machine.state == state)
        #expect(Self.send(event, to: &machine) == row[column].0)
        #expect(machine.state == row[column].1)
    }
}
