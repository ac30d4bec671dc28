/// Bounds of one job's metadata.
package struct MetadataLimits: Sendable {
    /// Length of the JSON text. Defaults to 64 KiB.
    package var bytes: Int
    /// Top-level keys. Defaults to 256.
    package var keys: Int
    /// Objects and arrays around the innermost value, the metadata itself being the first. Defaults to 32.
    package var depth: Int

    package init(bytes: Int = 65_536, keys: Int = 256, depth: Int = 32) {
        self.bytes = bytes
        self.keys = keys
        self.depth = depth
    }
}
