/// Top-level keys of a point's payload that are not the caller's to set.
package enum ReservedKey: String, CaseIterable {
    /// The text that was embedded.
    case content
    /// Memoir's own bookkeeping, an object. Names that only begin like it are reserved too: `_memoir.tenant` as one
    /// name must never be taken for the tenant by whoever reads it as a path.
    case memoir = "_memoir"

    package init?(_ name: some Collection<UInt8>) {
        if name.elementsEqual(Self.content.rawValue.utf8) {
            self = .content
        } else if name.starts(with: Self.memoir.rawValue.utf8) {
            self = .memoir
        } else {
            return nil
        }
    }
}
