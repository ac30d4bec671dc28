internal import JSON
internal import JobQueue

extension SystemStatistics {
    /// One JSON object, as docs/wire.md has it. Names are only ever added.
    package func json() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 8_192)
        writer.beginObject()
        writeCache(&writer)
        writeCollections(&writer)
        writeLanes(&writer)
        writer.name("delayed")
        writer.integer(memory.delayed)
        writer.name("dead")
        writer.integer(memory.dead)
        writeWorkers(&writer)
        writeProvider(&writer)
        cost.write(to: &writer)
        writer.name("counters")
        writer.beginObject()
        for counter in memory.counters {
            writer.name(counter.name)
            writer.integer(counter.value)
        }
        writer.endObject()
        writer.endObject()
        return writer.finish()
    }

    private func writeCache(_ writer: inout JSONWriter) {
        let cache = cache
        writer.name("cache")
        writer.beginObject()
        writer.name("hit_rate_percent")
        writer.figure(cache.total.hitRatePercent)
        writer.name("total_requests")
        writer.integer(cache.total.requests)
        writer.name("hits")
        writer.integer(cache.total.hits)
        writer.name("misses")
        writer.integer(cache.total.misses)
        writer.name("tokens_saved")
        writer.integer(cache.tokensSaved)
        writer.name("dollars_saved")
        writer.figure(Double(nanodollarsSaved) / 1e9)
        for (name, share) in [("embedding", cache.embedding), ("search", cache.search)] {
            writer.name(name)
            writer.beginObject()
            writer.name("hits")
            writer.integer(share.hits)
            writer.name("misses")
            writer.integer(share.misses)
            writer.name("hit_rate_percent")
            writer.figure(share.hitRatePercent)
            writer.endObject()
        }
        writer.endObject()
    }

    private func writeCollections(_ writer: inout JSONWriter) {
        writer.name("collections")
        writer.beginObject()
        for collection in collections {
            writer.name(collection.name)
            writer.beginObject()
            writer.name("points_count")
            writer.figure(collection.points)
            writer.name("status")
            writer.string(collection.status)
            writer.name("vector_size")
            writer.figure(collection.vectorSize)
            if let error = collection.error {
                writer.name("error")
                writer.string(error)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func writeLanes(_ writer: inout JSONWriter) {
        writer.name("lanes")
        writer.beginObject()
        for lane in memory.lanes {
            writer.name(lane.lane.rawValue)
            writer.beginObject()
            let figures = [
                ("entries", lane.entries), ("in_work", lane.inWork), ("undelivered", lane.undelivered),
                ("pending", lane.pending), ("orphaned", lane.orphaned), ("came_per_s", lane.came),
                ("left_per_s", lane.left), ("oldest_ms", lane.oldest), ("bound", lane.bound),
                ("paused_since", lane.pausedSince), ("claimed_per_s", lane.claimed), ("drain_ms", lane.drain),
            ]
            for (name, figure) in figures {
                writer.name(name)
                writer.figure(figure)
            }
            writer.name("undelivered_is")
            writer.string(lane.isUndeliveredExact ? "exact" : "estimated")
            writer.endObject()
        }
        writer.endObject()
    }

    private func writeWorkers(_ writer: inout JSONWriter) {
        writer.name("workers")
        writer.beginArray()
        for worker in memory.workers {
            writer.beginObject()
            writer.name("id")
            writer.string(worker.id)
            writer.members(worker.figures)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeProvider(_ writer: inout JSONWriter) {
        writer.name("provider")
        writer.beginObject()
        writer.name("model")
        writer.string(model.name)
        writer.name("dimensions")
        writer.integer(model.dimensions)
        writer.name("circuit")
        if let circuit { writer.string(circuit) } else { writer.null() }
        writer.name("rate")
        writer.beginObject()
        writer.members(rate)
        writer.endObject()
        writer.endObject()
    }
}

extension JSONWriter {
    mutating func figure(_ value: Int?) {
        if let value { integer(value) } else { null() }
    }

    /// What is no number is null.
    mutating func figure(_ value: Double?) {
        do {
            if let value { try double(value) } else { null() }
        } catch {
            null()
        }
    }

    /// Members of an object, their values as whole numbers where they are.
    fileprivate mutating func members(_ fields: [(name: String, value: String)]) {
        for field in fields {
            name(field.name)
            if let number = Int(field.value) { integer(number) } else { string(field.value) }
        }
    }
}
