internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import JobQueue
internal import RedisClient

/// Dead letters: looked at, replayed, purged.
struct DeadLetterRoutes: Sendable {
    let desk: DeadLetterDesk
    let maximumBodyBytes: Int

    func add(to api: some RouterMethods<OpsContext>) {
        api.serveGet("dead") { request, _ in try await list(request) }
        api.servePost("dead/replay") { request, _ in try await change(.replayed, request) }
        api.servePost("dead/purge") { request, _ in try await change(.purged, request) }
        api.serveGet("dead/:letter") { _, context in try await show(try context.text("letter")) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try RequestQuery(request, allowed: ["limit", "after"] + DeadLetterFilter.names)
        let limit = try query.integer("limit", in: 1...DeadLetterDesk.maximumPage, default: 50)
        let after = query["after"]
        if let after, !Self.isLetterID(after) { throw OpsError.invalid("after", Self.idReason) }
        let filter = try DeadLetterFilter(texts: { query[$0] }, path: "")
        let page = try await asking { () async throws(RedisError) in
            try await desk.page(filter, after: after, limit: limit)
        }
        return .json(page.json())
    }

    private func show(_ id: String) async throws -> Response {
        guard Self.isLetterID(id) else { throw OpsError(400, "invalid_request", "a letter's id \(Self.idReason)") }
        let letter = try await asking { () async throws(RedisError) in try await desk.letter(id) }
        guard let letter else {
            throw OpsError(404, "no_such_letter", "there is no dead letter \(id): replayed, purged, or never there")
        }
        return .json(DeadLetterJSON.whole(letter))
    }

    private func change(_ action: DeadLetterDesk.Action, _ request: Request) async throws -> Response {
        let members = try await request.object(upTo: maximumBodyBytes, allowed: DeadLetterChoice.names)
        let choice = try DeadLetterChoice(members)
        let outcome = try await asking { () async throws(RedisError) in try await desk.change(choice, action) }
        return .json(outcome.json(action))
    }

    static func isLetterID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt64($0) != nil && $0.allSatisfy(\.isNumber) }
    }

    static let idReason = "is two numbers, such as 1764072000000-0"

    private func asking<Answer>(_ body: () async throws(RedisError) -> Answer) async throws(OpsError) -> Answer {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw OpsError(error)
        }
    }
}
