package import JobQueue

/// Metadata that may be spliced into a payload as it is: to have one is to have checked it.
package struct CheckedMetadata: Sendable {
    /// Private, so that an initialiser elsewhere has to go through the one that checks.
    private let text: ArraySlice<UInt8>

    /// The object's members without its braces; empty where it has none.
    var members: ArraySlice<UInt8> { text }
    /// How many members there are.
    package let count: Int

    /// Of a job that has no metadata.
    package static let none = CheckedMetadata()

    /// - Parameter json: the text of a JSON object, of which nothing is copied.
    /// - Throws: `InvalidJob` of `metadata` or of the key in it that is at fault.
    package init(
        _ json: ArraySlice<UInt8>,
        for collection: CollectionDefinition,
        limits: MetadataLimits = MetadataLimits()
    ) throws(InvalidJob) {
        var check = try MetadataCheck(json, collection: collection, limits: limits)
        (text, count) = try check.run()
    }

    private init() {
        (text, count) = ([], 0)
    }
}
