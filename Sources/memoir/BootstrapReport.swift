import JSON

/// The steps of `memoir bootstrap` as they are done: a line each for people, one document at the end for programs.
final class BootstrapReport {
    private static let stepCount = 7

    private let isJSON: Bool
    private var steps: [(name: String, isDone: Bool, detail: String)] = []

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    func begin(_ name: String) {
        steps.append((name: name, isDone: false, detail: ""))
    }

    func succeed(_ detail: String) {
        end(isDone: true, detail)
    }

    func fail(_ reason: String) {
        end(isDone: false, reason)
        if isJSON { Output.line(document(isDone: false)) }
    }

    func finish() {
        if isJSON {
            Output.line(document(isDone: true))
        } else if steps.count == Self.stepCount {
            Output.line("ready: start a worker with memoir worker")
        }
    }

    private func end(isDone: Bool, _ detail: String) {
        guard var step = steps.popLast() else { return }
        step.isDone = isDone
        step.detail = detail
        steps.append(step)
        guard !isJSON else { return }
        Output.line("\(isDone ? "✓" : "✗") \(steps.count)/\(Self.stepCount) \(step.name): \(detail)")
    }

    private func document(isDone: Bool) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("ok")
        writer.bool(isDone)
        writer.name("steps")
        writer.beginArray()
        for step in steps {
            writer.beginObject()
            writer.name("name")
            writer.string(step.name)
            writer.name("ok")
            writer.bool(step.isDone)
            writer.name("detail")
            writer.string(step.detail)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
