/// A point as it was read back, its parts still the bytes that the store sent.
package struct StoredPoint: Sendable {
    /// JSON: a string or a number.
    package var id: ArraySlice<UInt8>
    /// A JSON object (`{}` when the store sent none).
    package var payload: ArraySlice<UInt8>

    package init(id: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) {
        self.id = id
        self.payload = payload
    }
}
