/// Bounds of one job's filters.
package struct FilterLimits: Sendable {
    /// Length of the JSON text. Defaults to 64 KiB.
    package var bytes: Int
    /// Conditions that the store has to evaluate, alternatives counted one by one. Defaults to 256.
    package var conditions: Int
    /// Objects and arrays around the innermost value, the filter itself being the first. Defaults to 16.
    package var depth: Int
    /// Point ids of one filter. Defaults to 1,024.
    package var ids: Int

    package init(bytes: Int = 65_536, conditions: Int = 256, depth: Int = 16, ids: Int = 1_024) {
        self.bytes = bytes
        self.conditions = conditions
        self.depth = depth
        self.ids = ids
    }
}
