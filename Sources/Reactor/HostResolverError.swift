/// Why a name has no address.
package struct HostResolverError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
