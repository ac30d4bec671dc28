internal import HTTPTypes
internal import Hummingbird
internal import Reactor

/// For whoever starts and stops workers: is it alive, and is it ready?
struct HealthRoutes: Sendable {
    let report: @Reactor @Sendable () -> HealthReport

    func add(to router: some RouterMethods<OpsContext>) {
        Self.addLiveness(to: router)
        router.serveGet("/readyz") { _, _ in
            let stuck = HealthReport([.failed("worker", "the event loop does not answer")])
            let report = await ReactorProbe.ask(report) ?? stuck
            return .json(report.json(), status: report.isReady ? .ok : .serviceUnavailable)
        }
    }

    static func addLiveness(to router: some RouterMethods<OpsContext>) {
        router.serveGet("/livez") { _, _ in
            guard await ReactorProbe.ask({ true }) != nil else {
                return OpsError(503, "stuck", "the event loop does not answer").response
            }
            return .bytes("ok\n".utf8, type: "text/plain; charset=utf-8")
        }
    }
}
