internal import Hummingbird
internal import Logging

/// Every path of the server, and what stands before it.
struct OpsRoutes {
    let configuration: OpsConfiguration
    let services: OpsServices
    let fleet: FleetWatch
    let listeners: EventListeners
    let logger: Logger

    func router() -> Router<OpsContext> {
        let rules = RequestRules(configuration)
        let router = Router(context: OpsContext.self)
        router.add(middleware: AnswerMiddleware(rules: rules, logger: logger))
        HealthRoutes(report: services.health).add(to: router)
        Page.addRoutes(to: router)
        let api = router.group("api").add(middleware: AccessMiddleware(rules: rules, logger: logger))
        FigureRoutes(fleet: fleet, listeners: listeners, version: configuration.version).add(to: api)
        return router
    }
}
