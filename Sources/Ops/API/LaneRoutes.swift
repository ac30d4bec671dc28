internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import Reactor
internal import RedisClient

/// Lanes: paused and resumed, for the whole fleet.
struct LaneRoutes: Sendable {
    let connection: RedisConnection
    let keys: JobKeys
    let maximumBodyBytes: Int

    func add(to api: some RouterMethods<OpsContext>) {
        api.servePost("lanes/:lane/pause") { request, context in
            try await change(request, context) { control, lane throws(RedisError) in try await control.pause([lane]) }
        }
        api.servePost("lanes/:lane/resume") { request, context in
            try await change(request, context) { control, lane throws(RedisError) in try await control.resume([lane]) }
        }
    }

    private typealias Change = @Reactor @Sendable (LaneControl, Lane) async throws(RedisError) -> [Lane: Int]

    private func change(_ request: Request, _ context: OpsContext, _ change: Change) async throws -> Response {
        let name = try context.text("lane")
        guard let lane = Lane(rawValue: name) else {
            let lanes = Lane.allCases.map(\.rawValue).joined(separator: ", ")
            throw OpsError(404, "no_such_lane", "there is no such lane: there are \(lanes)", field: "lane")
        }
        _ = try await request.object(upTo: maximumBodyBytes, allowed: [])
        do throws(RedisError) {
            return .json(LaneControl.json(try await run(change, lane)))
        } catch {
            throw OpsError(error)
        }
    }

    @Reactor
    private func run(_ change: Change, _ lane: Lane) async throws(RedisError) -> [Lane: Int] {
        try await change(LaneControl(connection: connection, keys: keys), lane)
    }
}
