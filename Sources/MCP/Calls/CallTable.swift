/// The requests of one connection or session that are worked on: known by their ids while they are, so that they can be
/// cancelled. Pure: its owner locks it.
struct CallTable {
    enum Refusal: Equatable {
        /// A request with that id is worked on already.
        case duplicate
        case tooMany
        /// The connection or session has ended.
        case closed
    }

    private struct Call {
        let serial: Int
        let isEndless: Bool
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    let maximum: Int
    private var calls: [RequestID: Call] = [:]
    private var lastSerial = 0
    /// Calls that end by themselves and have not had their last word.
    private var working = 0
    private var isClosed = false

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Whether nothing is going on but what only its client or its server ends.
    var isIdle: Bool { working == 0 }
    var isEmpty: Bool { calls.isEmpty }

    /// - Parameter isEndless: it does not end by itself.
    /// - Returns: a number that tells this call from a later one with the same id.
    mutating func begin(_ id: RequestID, isEndless: Bool = false) -> Result<Int, Refused> {
        guard !isClosed else { return .failure(Refused(.closed)) }
        guard calls[id] == nil else { return .failure(Refused(.duplicate)) }
        guard calls.count < maximum else { return .failure(Refused(.tooMany)) }
        lastSerial += 1
        calls[id] = Call(serial: lastSerial, isEndless: isEndless)
        if !isEndless { working += 1 }
        return .success(lastSerial)
    }

    /// Where the call was cancelled before its task was known, it is the caller who cancels the task: then true.
    mutating func attach(_ task: Task<Void, Never>, to id: RequestID, _ serial: Int) -> Bool {
        guard let call = calls[id], call.serial == serial else { return false }
        calls[id]?.task = task
        return call.isCancelled
    }

    /// Marks the call, which will not be answered.
    ///
    /// - Returns: what to cancel, outside the lock.
    mutating func cancel(_ id: RequestID) -> Task<Void, Never>? {
        calls[id]?.isCancelled = true
        return calls[id]?.task
    }

    /// Marks all calls, and lets none begin any more.
    ///
    /// - Returns: what to cancel, outside the lock.
    mutating func close() -> [Task<Void, Never>] {
        isClosed = true
        for id in calls.keys { calls[id]?.isCancelled = true }
        return calls.values.compactMap(\.task)
    }

    /// The work is done: the id is free from here on, before the client can read the answer and use it again. `leave` must
    /// follow.
    ///
    /// - Returns: whether the call is to be answered: it was not cancelled.
    mutating func end(_ id: RequestID, _ serial: Int) -> Bool {
        guard let call = calls[id], call.serial == serial else { return false }
        calls[id] = nil
        return !call.isCancelled
    }

    /// What had ended has had its last word: nothing more is owed for it.
    mutating func leave(isEndless: Bool) {
        if !isEndless { working -= 1 }
    }

    struct Refused: Error, Equatable {
        let refusal: Refusal

        init(_ refusal: Refusal) {
            self.refusal = refusal
        }

        func error(maximum: Int) -> MCPError {
            switch refusal {
            case .duplicate: MCPError(.invalidRequest, "a request with this id is worked on already")
            case .tooMany: .tooMany(maximum)
            case .closed: MCPError(.invalidRequest, "what this request belongs to has ended")
            }
        }
    }
}
