import JSON
import JobQueue
import Memory

/// What `memoir stats` shows, for people and for programs.
struct StatisticsReport {
    struct Collection {
        let name: String
        /// nil where the store does not say.
        let points: Int?
        let status: String
    }

    let statistics: MemoryStatistics
    var collections: [Collection] = []

    init(_ statistics: MemoryStatistics) {
        self.statistics = statistics
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("lanes")
        writer.beginObject()
        for lane in statistics.lanes {
            writer.name(lane.lane.rawValue)
            writer.beginObject()
            writer.name("undelivered")
            writer.integer(lane.undelivered)
            writer.name("pending")
            writer.integer(lane.pending)
            writer.name("orphaned")
            writer.integer(lane.orphaned)
            let optional = [
                ("bound", lane.bound), ("paused_since", lane.pausedSince), ("came_per_s", lane.came),
                ("left_per_s", lane.left), ("oldest_ms", lane.oldest),
            ]
            for (name, value) in optional {
                writer.name(name)
                if let value { writer.integer(value) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endObject()
        writer.name("delayed")
        writer.integer(statistics.delayed)
        writer.name("dead")
        writer.integer(statistics.dead)
        writer.name("counters")
        writer.beginObject()
        for counter in statistics.counters {
            writer.name(counter.name)
            writer.integer(counter.value)
        }
        writer.endObject()
        writeWorkers(&writer)
        writeCollections(&writer)
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    var text: String {
        var lines = ["lane      waiting  in work    bound   came/s   left/s"]
        for lane in statistics.lanes {
            let figures = [lane.undelivered, lane.inWork, lane.bound, lane.came, lane.left].map { figure in
                right(figure.map(String.init) ?? "-", 9)
            }
            var notes: [String] = []
            if lane.orphaned > 0 { notes.append("\(lane.orphaned) of workers that are gone") }
            if let since = lane.pausedSince { notes.append("paused since \(LogTime(milliseconds: since))") }
            let note = notes.isEmpty ? "" : "  " + notes.joined(separator: ", ")
            lines.append(left(lane.lane.rawValue, 8) + figures.joined() + note)
        }
        lines.append("delayed \(statistics.delayed), dead letters \(statistics.dead)")
        lines.append("")
        lines.append("collection            points  status")
        for collection in collections {
            let points = collection.points.map(String.init) ?? "?"
            lines.append("\(left(collection.name, 18))\(right(points, 10))  \(collection.status)")
        }
        lines.append("")
        lines.append("workers: \(statistics.workers.count)")
        for worker in statistics.workers {
            let shown = worker.figures.filter { $0.name != "seen_at" && !$0.value.isEmpty && $0.value != "0" }
            lines.append("  \(worker.id)  " + shown.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
        }
        for counter in statistics.counters { lines.append("\(counter.name) \(counter.value)") }
        return lines.joined(separator: "\n")
    }

    private func writeWorkers(_ writer: inout JSONWriter) {
        writer.name("workers")
        writer.beginArray()
        for worker in statistics.workers {
            writer.beginObject()
            writer.name("id")
            writer.string(worker.id)
            for figure in worker.figures {
                writer.name(figure.name)
                if let number = Int(figure.value) { writer.integer(number) } else { writer.string(figure.value) }
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeCollections(_ writer: inout JSONWriter) {
        writer.name("collections")
        writer.beginObject()
        for collection in collections {
            writer.name(collection.name)
            writer.beginObject()
            writer.name("points_count")
            if let points = collection.points { writer.integer(points) } else { writer.null() }
            writer.name("status")
            writer.string(collection.status)
            writer.endObject()
        }
        writer.endObject()
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: some CustomStringConvertible, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - "\(text)".count)) + "\(text)"
    }
}
