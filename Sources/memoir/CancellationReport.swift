import JSON
import JobQueue

/// What became of jobs that were to be cancelled.
struct CancellationReport {
    private enum State {
        /// Answered when a worker comes upon it.
        case marked
        case cancelled
        /// Something else came first.
        case finished(JobAnswer.Status, code: String?)
    }

    /// Each once, in the order given.
    let ids: [String]
    private var states: [String: State] = [:]

    init(_ ids: [String]) {
        var unique: [String] = []
        for id in ids where states.updateValue(.marked, forKey: id) == nil { unique.append(id) }
        self.ids = unique
    }

    /// Those that have no answer yet.
    var marked: [String] {
        ids.filter { id in
            if case .marked = states[id] { true } else { false }
        }
    }

    /// - Parameter answer: nil where something stands under the result's key that is no result.
    mutating func answered(_ id: String, _ answer: JobAnswer?) {
        states[id] =
            if answer?.errorCode == "cancelled" {
                .cancelled
            } else {
                .finished(answer?.status ?? .error, code: answer?.errorCode)
            }
    }

    var lines: [String] {
        ids.map { id in
            let state =
                switch states[id] {
                case .cancelled: "cancelled"
                case .finished(let status, let code):
                    "finished already: \(status.rawValue)" + (code.map { " (\($0))" } ?? "")
                case .marked, nil: "marked: answered when its turn comes"
                }
            return "\(Terminal.harmless(id))  \(state)"
        }
    }

    /// `{"id", "state": "cancelled"|"finished"|"marked", "status", "code"}` for each.
    var jsonLines: [String] {
        ids.map { id in
            var writer = JSONWriter()
            writer.beginObject()
            writer.name("id")
            writer.string(id)
            writer.name("state")
            var status: String?
            var code: String?
            switch states[id] {
            case .cancelled:
                writer.string("cancelled")
                status = JobAnswer.Status.error.rawValue
                code = "cancelled"
            case .finished(let known, let knownCode):
                writer.string("finished")
                status = known.rawValue
                code = knownCode
            case .marked, nil: writer.string("marked")
            }
            writer.name("status")
            if let status { writer.string(status) } else { writer.null() }
            writer.name("code")
            if let code { writer.string(code) } else { writer.null() }
            writer.endObject()
            return String(decoding: writer.finish(), as: UTF8.self)
        }
    }
}
