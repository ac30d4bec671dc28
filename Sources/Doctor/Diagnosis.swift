/// What one check found; most find one thing.
package struct Diagnosis: Sendable, Equatable {
    /// Of the check, such as `redis persistence`.
    package let name: String
    package let findings: [Finding]

    var hasFailed: Bool { findings.contains { $0.severity == .failure } }
}
