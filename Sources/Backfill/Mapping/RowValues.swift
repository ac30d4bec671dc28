/// One row as the database sent it: the values as text, in the order of `SourceMapping.columns`.
package protocol RowValues: ~Copyable {
    /// Valid until the row is let go; nil is NULL.
    func bytes(_ column: Int) -> UnsafeRawBufferPointer?
}
