/// Some of the resources that there are.
package struct ResourcePage: Sendable, Equatable {
    package let resources: [Resource]
    /// Where the next page begins; nil where this is the last one.
    package let next: String?

    package init(resources: [Resource], next: String? = nil) {
        self.resources = resources
        self.next = next
    }
}
