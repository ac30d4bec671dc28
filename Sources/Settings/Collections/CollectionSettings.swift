/// One collection of `collections.yaml`.
package struct CollectionSettings: Sendable, Equatable {
    /// How the vector database compares vectors.
    package enum Distance: String, Sendable, CaseIterable {
        case cosine, dot, euclid, manhattan
    }

    package var name: String
    /// For people and agents: what is remembered here. Defaults to nothing.
    package var description = ""
    /// Defaults to `cosine`.
    package var distance = Distance.cosine
    /// In the order of the file.
    package var fields: [CollectionFieldSettings] = []
    /// Where its memories can be filled in from. Defaults to nothing.
    package var source: CollectionSourceSettings?

    package init(name: String) { self.name = name }
}
