/// Collections and their indexes: for setting up, for preflight checks, for people. Not for the path of a job.
package protocol VectorStoreAdministration: Sendable {
    /// Throws `alreadyExists` where there is one of that name.
    func createCollection(_ name: String, _ configuration: CollectionConfiguration) async throws(VectorStoreError)

    /// Whether there was one to delete.
    @discardableResult
    func deleteCollection(_ name: String) async throws(VectorStoreError) -> Bool

    func collectionExists(_ name: String) async throws(VectorStoreError) -> Bool

    func collections() async throws(VectorStoreError) -> [String]

    /// Throws `noSuchCollection` where there is none of that name.
    func collection(_ name: String) async throws(VectorStoreError) -> CollectionInformation

    /// Returns when the index is built. Creating an index again is no error.
    func createPayloadIndex(_ index: PayloadIndex, in collection: String) async throws(VectorStoreError)

    /// Of the server, as it says it: `1.19.0`.
    func version() async throws(VectorStoreError) -> String

    /// Whether the server takes requests now. Throws where it cannot be asked.
    func isReady() async throws(VectorStoreError) -> Bool
}
