/// One thing that the worker depends on, or the worker itself.
package struct HealthCheck: Sendable, Equatable {
    package let name: String
    /// Why it is not as it should be; of one that is well, what is worth knowing.
    package let reason: String?
    package let isWell: Bool

    package static func ok(_ name: String, _ note: String? = nil) -> HealthCheck {
        HealthCheck(name: name, reason: note, isWell: true)
    }

    package static func failed(_ name: String, _ reason: String) -> HealthCheck {
        HealthCheck(name: name, reason: reason, isWell: false)
    }

    /// - Parameter problem: nil while it is well.
    package static func of(_ name: String, problem: String?) -> HealthCheck {
        problem.map { failed(name, $0) } ?? ok(name)
    }
}
