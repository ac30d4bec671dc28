internal import JSON

/// What `/readyz` answers: ready where all is well.
package struct HealthReport: Sendable, Equatable {
    package let checks: [HealthCheck]

    package init(_ checks: [HealthCheck]) {
        self.checks = checks
    }

    package var isReady: Bool { checks.allSatisfy(\.isWell) }

    /// `{"status": "ready", "checks": [{"name": "redis", "status": "ok", "reason": null}, …]}`
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("status")
        writer.string(isReady ? "ready" : "not_ready")
        writer.name("checks")
        writer.beginArray()
        for check in checks {
            writer.beginObject()
            writer.name("name")
            writer.string(check.name)
            writer.name("status")
            writer.string(check.isWell ? "ok" : "failed")
            writer.name("reason")
            if let reason = check.reason { writer.string(reason) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }
}
