import Backfill
import JobQueue
import MemoirClient
import PostgresClient
import Reactor
import VectorStore

/// Forgets the memories whose rows are gone: counts, asks, and sends forgets like any producer.
@Reactor
struct PruneDesk {
    /// Forgets under way at once.
    private static let forgetsAtOnce = 100
    private static let forgetTimeout = Duration.seconds(60)

    let command: BackfillRunCommand
    let source: Source
    let client: MemoryClient
    let scan: PruneScan

    func run() async throws(CommandFailure) {
        let report = try await count()
        if !command.output.isJSON { Output.line(report.text) }
        guard report.stale > 0, !command.dryRun, try isWanted(report.stale) else {
            if command.output.isJSON { Output.line(report.json(forgotten: 0)) }
            return
        }
        let forgotten = try await forgetAll()
        Output.line(
            command.output.isJSON ? report.json(forgotten: forgotten) : "\(Figures.count(forgotten)) memories forgotten"
        )
    }

    private func isWanted(_ count: Int) throws(CommandFailure) -> Bool {
        guard !command.yes else { return true }
        return try Confirmation.ask("Forget \(Figures.count(count)) \(count == 1 ? "memory" : "memories")")
    }

    private func count() async throws(CommandFailure) -> PruneReport {
        var scan = scan
        var report = PruneReport(collection: source.collection)
        while let page = try await next(of: &scan) { report.add(page) }
        report.looked = scan.looked
        return report
    }

    private func forgetAll() async throws(CommandFailure) -> Int {
        var scan = scan
        var forgotten = 0
        while let page = try await next(of: &scan) {
            let stale = page.stale
            for start in stride(from: 0, to: stale.count, by: Self.forgetsAtOnce) {
                forgotten += try await forget(stale[start..<min(stale.count, start + Self.forgetsAtOnce)])
            }
        }
        return forgotten
    }

    private func next(of scan: inout PruneScan) async throws(CommandFailure) -> PrunePage? {
        do throws(BackfillError) {
            return try await scan.next()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// All at once.
    private func forget(_ memories: ArraySlice<RowMemory>) async throws(CommandFailure) -> Int {
        let requests = memories.map(request)
        let answers = await withTaskGroup(of: Result<JobAnswer, MemoryError>.self) { group in
            for request in requests {
                group.addTask { [client] in
                    do throws(MemoryError) {
                        return .success(try await client.answer(to: request, timeout: Self.forgetTimeout))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var answers: [Result<JobAnswer, MemoryError>] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
        for answer in answers { try Self.check(answer) }
        return answers.count
    }

    /// On the lane of bulk: agents' jobs do not wait behind it. What was saved in its place since it was looked at stays.
    private func request(_ memory: RowMemory) -> JobRequest {
        var request = JobRequest(.forget, id: MemoryClient.newJobID())
        request.lane = .bulk
        request.collection = source.collection
        request.filters = memory.filters(in: source.collection)
        request.tenant = memory.tenant
        return request
    }

    private static func check(_ answer: Result<JobAnswer, MemoryError>) throws(CommandFailure) {
        let failure: CommandFailure
        switch answer {
        case .success(let answer) where answer.status == .ok: return
        case .success(let answer): failure = CommandFailure(.jobFailed, answer.errorMessage ?? "a forget was not done")
        case .failure(let error): failure = CommandFailure(error)
        }
        throw CommandFailure(failure.status, "\(failure.message). Run it again: what is forgotten stays so")
    }
}
