/// What a caller may do with memories.
package struct MemoryRights: OptionSet, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Search, get, list, the collections, the figures.
    package static let read = MemoryRights(rawValue: 1)
    /// Save and update.
    package static let write = MemoryRights(rawValue: 2)
    package static let forget = MemoryRights(rawValue: 4)
    package static let all: MemoryRights = [.read, .write, .forget]

    /// As settings have them.
    package static let named: [(name: String, right: MemoryRights)] = [
        ("read", .read), ("write", .write), ("forget", .forget),
    ]

    /// One right; nil for what is none.
    package init?(named name: String) {
        guard let right = Self.named.first(where: { $0.name == name })?.right else { return nil }
        self = right
    }

    /// `read, write`; `none`.
    package var description: String {
        let names = Self.named.filter { contains($0.right) }.map(\.name)
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
