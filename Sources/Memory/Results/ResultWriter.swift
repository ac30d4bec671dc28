import JSON
package import VectorStore

/// The `result` of each type of job, JSON, appended to what the caller has written so far.
package enum ResultWriter {
    /// `{"id": "…", "deduped": false}`
    ///
    /// - Parameter deduped: the very same memory was there already, and nothing was written.
    package static func appendSave(id: PointID, deduped: Bool, to output: inout [UInt8]) {
        append("{\"id\":\"", to: &output)
        id.appendText(to: &output)
        append(deduped ? "\",\"deduped\":true}" : "\",\"deduped\":false}", to: &output)
    }

    /// `{"results": [{"id": …, "score": …, "payload": {…}}, …]}`, with the bytes that the store sent.
    package static func appendSearch(_ points: some Collection<ScoredPoint>, to output: inout [UInt8]) {
        let length = points.reduce(16) { $0 + $1.id.count + $1.score.count + $1.payload.count + 32 }
        output.reserveCapacity(output.count + length)
        append("{\"results\":[", to: &output)
        var isFirst = true
        for point in points {
            append(isFirst ? "{\"id\":" : ",{\"id\":", to: &output)
            isFirst = false
            output.append(contentsOf: point.id)
            append(",\"score\":", to: &output)
            output.append(contentsOf: point.score)
            append(",\"payload\":", to: &output)
            output.append(contentsOf: point.payload)
            output.append(UInt8(ascii: "}"))
        }
        append("]}", to: &output)
    }

    /// `{"embedding": "…" or […], "dimensions": 1536, "model": "…", "tokens": 12, "cached": false}`
    ///
    /// - Parameters:
    ///   - vector: finite numbers.
    ///   - tokens: that the provider counted for this text, or an estimate where it was not asked.
    ///   - isCached: whether it was not asked for this job.
    package static func appendEmbed(
        _ vector: ArraySlice<Float>,
        format: EmbeddingFormat,
        model: String,
        tokens: Int,
        isCached: Bool,
        to output: inout [UInt8]
    ) {
        append("{\"embedding\":", to: &output)
        switch format {
        case .base64:
            output.append(UInt8(ascii: "\""))
            Base64.append(vector, to: &output)
            append("\",\"dimensions\":", to: &output)
        case .float:
            var numbers = JSONWriter(reservingCapacity: vector.count * 20)
            numbers.vector(vector)
            output.append(contentsOf: numbers.bytes)
            append(",\"dimensions\":", to: &output)
        }
        var rest = JSONWriter(reservingCapacity: 64)
        rest.integer(vector.count)
        rest.name("model")
        rest.string(model)
        rest.name("tokens")
        rest.integer(tokens)
        output.append(contentsOf: rest.bytes)
        append(isCached ? ",\"cached\":true}" : ",\"cached\":false}", to: &output)
    }

    /// `{"forgotten": 3}`
    ///
    /// - Parameter count: points that are gone.
    package static func appendForget(count: Int, to output: inout [UInt8]) {
        append("{\"forgotten\":\(count)}", to: &output)
    }

    /// `{"memory": {"id": …, "payload": {…}}}`, or `{"memory": null}`
    package static func appendMemory(_ point: StoredPoint?, to output: inout [UInt8]) {
        append("{\"memory\":", to: &output)
        if let point { append(point, to: &output) } else { append("null", to: &output) }
        append("}", to: &output)
    }

    /// `{"memories": [{"id": …, "payload": {…}}, …], "next": "…" or null}`
    ///
    /// The id that the next page begins with is a text also where the store's is a number: it is sent back as `after`.
    package static func appendPage(_ page: ScrollPage, to output: inout [UInt8]) {
        append("{\"memories\":[", to: &output)
        for (index, point) in page.points.enumerated() {
            if index > 0 { append(",", to: &output) }
            append(point, to: &output)
        }
        append("],\"next\":", to: &output)
        let quotes = page.next.map { $0.first == UInt8(ascii: "\"") ? "" : "\"" } ?? ""
        append(quotes, to: &output)
        output.append(contentsOf: page.next ?? ArraySlice("null".utf8))
        append(quotes + "}", to: &output)
    }

    /// With the bytes that the store sent.
    private static func append(_ point: StoredPoint, to output: inout [UInt8]) {
        append("{\"id\":", to: &output)
        output.append(contentsOf: point.id)
        append(",\"payload\":", to: &output)
        output.append(contentsOf: point.payload)
        append("}", to: &output)
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
    }
}
