internal import HTTPTypes
internal import Hummingbird
internal import Prometheus

/// For Prometheus and what reads like it. Only memory is read: a scrape waits for nobody.
struct MetricRoutes: Sendable {
    let registry: PrometheusRegistry
    let fleet: FleetWatch

    func add(to router: some RouterMethods<OpsContext>) {
        router.serveGet("/metrics") { request, _ in
            fleet.want(.loose)
            let format = PrometheusFormat(accept: request.headers[values: .accept].joined(separator: ","))
            return .bytes(registry.text(format), type: format.contentType)
        }
    }
}
