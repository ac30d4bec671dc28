/// Whoever can carry out one HTTP exchange: the transport over libcurl, or a stand-in of a test.
package protocol HTTPClient: Sendable {
    /// The response whatever its status: a status is the caller's to judge.
    func perform(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse
}
