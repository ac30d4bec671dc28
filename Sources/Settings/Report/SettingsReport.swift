/// The settings in force and where each came from, for people (`text`) and for programs (`Encodable`). Holds masked
/// values only.
package struct SettingsReport: Sendable, Encodable {
    package struct Entry: Sendable, Encodable {
        let key: String
        /// Nil where there is no value.
        let value: String?
        let origin: String
        let isDefault: Bool
    }

    package struct Collection: Sendable, Encodable {
        let name: String
        let description: String
        let distance: String
        let fields: [Field]
    }

    package struct Field: Sendable, Encodable {
        let name: String
        let type: String
        let filter: String?
        let description: String
    }

    let configurationFile: String?
    let collectionsFile: String?
    let settings: [Entry]
    let collections: [Collection]

    package init(_ loaded: LoadedSettings) {
        configurationFile = loaded.configurationFile
        collectionsFile = loaded.collectionsFile
        settings = SettingKey.all.compactMap { key in
            if key.isPart, !loaded.isSet(key) { return nil }
            let origin = loaded.origin(of: key)
            return Entry(
                key: key.name,
                value: key.shown(loaded.settings),
                origin: origin.description,
                isDefault: origin == .builtIn
            )
        }
        collections = loaded.settings.collections.map { collection in
            Collection(
                name: collection.name,
                description: collection.description,
                distance: collection.distance.rawValue,
                fields: collection.fields.map { field in
                    Field(
                        name: field.name,
                        type: field.kind.rawValue,
                        filter: field.filter?.rawValue,
                        description: field.description
                    )
                }
            )
        }
    }
}
