/// A request of HTTP at the endpoint, once it is known who sends it.
package struct HTTPEndpointRequest<Caller: Sendable>: Sendable {
    /// `POST`.
    package let method: String
    /// All values that a header was sent with, by its name in small letters.
    package let headers: @Sendable (String) -> [String]
    package let body: ArraySlice<UInt8>
    package let caller: Caller
    /// Tells callers apart, so that one cannot use another's session: the name of a token. Empty where nobody has one.
    package let owner: String

    package init(
        method: String,
        headers: @escaping @Sendable (String) -> [String],
        body: ArraySlice<UInt8>,
        caller: Caller,
        owner: String
    ) {
        self.method = method
        self.headers = headers
        self.body = body
        self.caller = caller
        self.owner = owner
    }
}
