/// How much a finding matters.
package enum Severity: String, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing is to be done.
    case note
    /// Works today, and should be mended.
    case warning
    /// Jobs do not run, or would be lost, until it is mended.
    case failure
}
