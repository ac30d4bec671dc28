/// Why one row cannot become a memory: the row's fault, and the others go on.
package struct RowFailure: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        /// Null or empty in the primary key or in the natural key.
        case nullKey = "null_key"
        /// Null or empty where the tenant is to be: without one the row would be visible to whoever names none.
        case nullTenant = "null_tenant"
        case invalidUTF8 = "invalid_utf8"
        case emptyContent = "empty_content"
        case contentTooLarge = "content_too_large"
        case metadataTooLarge = "metadata_too_large"
        /// Of key, tenant and source.
        case keyTooLarge = "key_too_large"
        /// A value that JSON cannot hold, or that is not of the field's type.
        case invalidValue = "invalid_value"
    }

    package let code: Code
    /// Names the column, and says what would be right. Holds nothing of the row.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
