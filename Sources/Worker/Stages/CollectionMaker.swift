internal import Logging
internal import Reactor
internal import VectorStore

/// Makes collections that are declared and that the store lacks. One that is missing again right after it was made is not
/// made at once again: its jobs wait first.
@Reactor
final class CollectionMaker {
    typealias Provision = @Sendable (_ collection: String) async throws(VectorStoreError) -> Void

    private let provision: Provision
    private let logger: Logger
    /// Made by this worker, and no call has succeeded since.
    private var made: Set<String> = []

    init(provision: @escaping Provision, logger: Logger) {
        self.provision = provision
        self.logger = logger
    }

    /// - Parameter missing: what is thrown where the collection is not to be made now.
    func make(_ collection: String, _ missing: VectorStoreError) async throws(VectorStoreError) {
        guard made.remove(collection) == nil else { throw missing }
        try await provision(collection)
        made.insert(collection)
        logger.notice("collection_created", metadata: ["collection": "\(collection)"])
    }

    /// A call to the collection succeeded.
    func isThere(_ collection: String) {
        if !made.isEmpty { made.remove(collection) }
    }
}
