package import HTTPTransport
package import Logging
package import Reactor

/// Sends spans that have ended to a collector: OTLP over HTTP in its JSON encoding, one batch after the other.
///
/// No job waits for it. What the collector does not take in time is dropped and counted.
@Reactor
package final class SpanExporter {
    private let configuration: ExportConfiguration
    private let queue: SpanQueue
    private let client: any HTTPClient
    private let log: ExportLog
    private let wakeUp = WakeUp()
    private var schedule: ExportSchedule
    private var batch: [SpanRecord] = []

    package init(_ configuration: ExportConfiguration, queue: SpanQueue, client: any HTTPClient, logger: Logger) {
        self.configuration = configuration
        self.queue = queue
        self.client = client
        log = ExportLog(logger)
        schedule = ExportSchedule(configuration, batchSize: queue.batchSize)
        queue.onReady { [wakeUp] in
            Task { @Reactor in wakeUp.ring() }
        }
    }

    /// Spans that were given up, since the start.
    package var dropped: Int { log.droppedInAll }

    /// Sends until `stop` returns, then what is left, for `flushTimeout` at the most.
    package func run(until stop: @escaping @Sendable () async -> Void) async {
        let timeout = configuration.flushTimeout
        await withTaskGroup(of: Void.self) { running in
            running.addTask(executorPreference: Reactor.loop) { await self.export() }
            await stop()
            schedule.stop()
            wakeUp.ring()
            running.addTask { try? await Task.sleep(for: timeout) }
            await running.next()
            running.cancelAll()
        }
        log.stopped(left: batch.count + queue.count + queue.takeDropped())
    }

    private func export() async {
        while !Task.isCancelled {
            switch schedule.next(waiting: queue.count, now: .now) {
            case .take:
                batch = queue.takeBatch()
                await send()
            case .sendAgain: await send()
            case .wait(let instant): await wakeUp.wait(until: instant)
            case .finish: return
            }
        }
    }

    private func send() async {
        let verdict = await post()
        log.drop(queue.takeDropped())
        if case .accepted(let rejected) = verdict { log.drop(min(rejected, batch.count)) }
        let consequence = schedule.ended(verdict, now: .now)
        if consequence == .givenUp { log.drop(batch.count) }
        if consequence != .again { batch = [] }
        switch verdict {
        case .accepted: log.succeeded()
        case .refused(let failure), .passing(let failure, _): log.failed(failure)
        case .cancelled: break
        }
    }

    private func post() async -> ExportVerdict {
        let (spans, resource) = (batch, configuration.resource)
        let body = await Reactor.offload(bytes: spans.count * OTLPTraces.bytesPerSpan) {
            OTLPTraces.json(spans, of: resource)
        }
        let request = HTTPRequest(
            .post,
            configuration.url,
            headers: [("Content-Type", "application/json")] + configuration.headers,
            body: body,
            timeout: configuration.timeout,
            maximumResponseBytes: configuration.maximumResponseBytes
        )
        do throws(HTTPTransportError) {
            return ExportVerdict(try await client.perform(request))
        } catch {
            return ExportVerdict(error)
        }
    }
}
