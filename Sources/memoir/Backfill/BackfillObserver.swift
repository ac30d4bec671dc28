import Backfill
import Glibc
import Synchronization

/// Shows how far a backfill is: a bar that moves where standard error is a terminal, else a line now and then, else, for
/// programs, a JSON object a line on standard output.
final class BackfillObserver: Sendable {
    enum Form {
        case json, bar(width: Int), lines
    }

    /// Between two lines that nobody waits for.
    private static let lineInterval = Duration.seconds(5)
    private static let objectInterval = Duration.seconds(1)

    private struct State {
        var told: ContinuousClock.Instant?
        var hasBar = false
    }

    private let form: Form
    private let state = Mutex(State())

    init(isJSON: Bool) {
        form =
            if isJSON { .json } else if let width = Terminal.errorWidth { .bar(width: width) } else { .lines }
    }

    func take(_ event: BackfillEvent) {
        switch (event, form) {
        case (.progress(let progress), .json):
            if isDue(after: Self.objectInterval) { Output.line(BackfillJSON.progress(progress)) }
        case (.progress(let progress), .bar(let width)), (.goesOn(let progress), .bar(let width)):
            draw(BackfillProgressText.bar(progress, width: width))
        case (.progress(let progress), .lines):
            guard isDue(after: Self.lineInterval) else { return }
            StandardError.write("\(BackfillProgressText.percent(progress)) %: \(BackfillProgressText.line(progress))")
        case (.waiting(let reason, let progress), .json): Output.line(BackfillJSON.waiting(reason, progress))
        case (.waiting(let reason, _), _):
            clear()
            StandardError.write("waiting: \(Terminal.harmless(reason.message))")
        case (.goesOn(let progress), .json): Output.line(BackfillJSON.progress(progress))
        case (.goesOn, .lines): StandardError.write("going on")
        }
    }

    /// Before something else is written.
    func clear() {
        let hadBar = state.withLock { state in
            defer { state.hasBar = false }
            return state.hasBar
        }
        if hadBar { StandardError.prompt("\r\u{1B}[K") }
    }

    private func draw(_ bar: String) {
        state.withLock { $0.hasBar = true }
        StandardError.prompt("\r\(bar)\u{1B}[K")
    }

    private func isDue(after interval: Duration) -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            if let told = state.told, told.duration(to: now) < interval { return false }
            state.told = now
            return true
        }
    }
}
