internal import Hummingbird
internal import Logging

/// Every path of the server, and what stands before it.
struct OpsRoutes {
    let configuration: OpsConfiguration
    let services: OpsServices
    let fleet: FleetWatch
    let listeners: EventListeners
    let sender: JobSender
    let connections: Connections
    let logger: Logger

    func router() -> Router<OpsContext> {
        let rules = RequestRules(configuration)
        let router = Router(context: OpsContext.self)
        router.add(middleware: AnswerMiddleware(rules: rules, connections: connections, logger: logger))
        HealthRoutes(report: services.health).add(to: router)
        DashboardRoutes.add(to: router)
        MetricRoutes(registry: services.registry, fleet: fleet).add(to: router)
        OpenAPIRoute.add(to: router)
        services.mcp?.add(to: router, rules: rules, connections: connections, logger: logger)
        let api = router.group("api").add(middleware: AccessMiddleware(rules: rules, logger: logger))
        FigureRoutes(
            fleet: fleet,
            listeners: listeners,
            connections: connections,
            version: configuration.version
        ).add(to: api)
        HistoryRoutes(connection: services.connection, keys: services.keys).add(to: api)
        addQueue(to: api)
        return router
    }

    private func addQueue(to api: some RouterMethods<OpsContext>) {
        let maximumBodyBytes = configuration.maximumBodyBytes
        DeadLetterRoutes(
            desk: DeadLetterDesk(connection: services.connection, keys: services.keys, limits: services.limits),
            maximumBodyBytes: maximumBodyBytes
        ).add(to: api)
        LaneRoutes(connection: services.connection, keys: services.keys, maximumBodyBytes: maximumBodyBytes).add(
            to: api
        )
        JobRoutes(
            sender: sender,
            desk: JobDesk(connection: services.connection, keys: services.keys),
            preflight: services.preflight,
            connections: connections,
            longestWait: configuration.longestWait,
            maximumBodyBytes: maximumBodyBytes
        ).add(to: api)
    }
}
