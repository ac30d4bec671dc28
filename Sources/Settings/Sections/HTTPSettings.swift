/// `http`: what the worker serves to operators, to Prometheus and to producers without Redis.
package struct HTTPSettings: Sendable, Equatable {
    /// Of a token: fewer characters could be guessed.
    static let minimumTokenCharacters = 16

    /// `http.enabled`: whether the worker serves HTTP. Defaults to yes.
    package var isEnabled = true
    /// `http.host`, host name or address to listen on. Defaults to 127.0.0.1.
    package var host = "127.0.0.1"
    /// `http.port`, TCP port; 0 for a free one. Defaults to 8420.
    package var port = 8420
    /// `http.token`: what changes anything must bring it; nil where nothing can be changed.
    package var token: Secret?
    /// `http.maximumBodyBytes`, bytes of one request's body. Defaults to 2 MiB.
    package var maximumBodyBytes = 2 << 20

    package init() {}
}
