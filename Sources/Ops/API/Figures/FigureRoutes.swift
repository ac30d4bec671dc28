internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import NIOCore

/// What there is to see of the whole system.
struct FigureRoutes: Sendable {
    /// Figures that are a little old are what everybody gets who asks in the same second.
    private static let age = Duration.seconds(2)

    let fleet: FleetWatch
    let listeners: EventListeners
    let connections: Connections
    let version: String

    func add(to api: some RouterMethods<OpsContext>) {
        api.serveGet("stats") { request, _ in
            _ = try RequestQuery(request, allowed: [])
            return .json(try await fleet.snapshot(notOlderThan: Self.age).json)
        }
        api.serveGet("lanes") { _, _ in try await member("lanes") }
        api.serveGet("workers") { _, _ in try await member("workers") }
        api.serve("events", [.get: { _, context in try listen(context) }, .head: { _, _ in Self.eventStream() }])
    }

    private func member(_ name: StaticString) async throws(OpsError) -> Response {
        let snapshot = try await fleet.snapshot(notOlderThan: Self.age)
        var writer = JSONWriter()
        writer.beginObject()
        writer.name(name)
        writer.raw(snapshot.member(name) ?? [])
        writer.endObject()
        return .json(writer.finish())
    }

    private func listen(_ context: OpsContext) throws(OpsError) -> Response {
        let channel = context.channel
        let listener = try listeners.add { channel.close(promise: nil) }
        fleet.want(.close)
        var response = Self.eventStream()
        response.body = ResponseBody { writer in
            defer { listeners.remove(listener) }
            // Never one connection too many: listeners have a bound of their own, and one that does not read is dropped.
            connections.beginAnswer(channel)
            defer { connections.endAnswer(channel) }
            try await writer.write(FleetEvent.greeting)
            if let snapshot = fleet.latest.snapshot, snapshot.isWhole, snapshot.readAt.duration(to: .now) < Self.age {
                try await writer.write(FleetEvent.figures(snapshot, version: version))
            }
            for await event in listener.events {
                fleet.want(.close)
                try await writer.write(event)
            }
            try await writer.finish(nil)
        }
        return response
    }

    private static func eventStream() -> Response {
        var response = Response(status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"])
        // Of nginx: it would gather events otherwise.
        if let name = HTTPField.Name("X-Accel-Buffering") { response.headers[name] = "no" }
        return response
    }
}
