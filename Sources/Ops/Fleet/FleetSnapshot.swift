internal import JSON
internal import Memory

/// The figures of the whole system as they were read once, for all who ask.
struct FleetSnapshot: Sendable {
    let statistics: SystemStatistics
    /// The figures as a job of type `stats` is answered.
    let json: [UInt8]
    /// Milliseconds since 1970, by this machine's clock.
    let time: Int
    let readAt: ContinuousClock.Instant
    /// Whether the collections are among them.
    var isWhole = true

    /// One member of the figures, as it stands in them.
    func member(_ name: StaticString) -> ArraySlice<UInt8>? {
        var scanner = JSONScanner(json)
        do throws(JSONError) {
            try scanner.beginObject()
            while let found = try scanner.nextName() {
                let range = try scanner.skipValue()
                if found == name { return json[range] }
            }
        } catch {}
        return nil
    }
}
