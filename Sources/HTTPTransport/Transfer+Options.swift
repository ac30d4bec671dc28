internal import CCurl
internal import Reactor

extension Transfer {
    /// Bytes read from a connection at a time.
    private static let receiveBufferBytes = 64 << 10
    /// Bytes of a large body written to a connection at a time.
    private static let sendBufferBytes = 256 << 10
    /// A body up to here is copied by libcurl and leaves in the same `send` as the headers. A longer one is read from
    /// the request piece by piece, which spares it the copy.
    private static let maximumCopiedBodyBytes = 64 << 10
    private static let keepaliveIdle = 30
    private static let keepaliveInterval = 10

    /// The same for every exchange of a transport.
    func setCommonOptions(_ configuration: HTTPTransport.Configuration) throws(CurlFailure) {
        try CurlFailure.check(memoir_easy_set_error_buffer(easy.pointer, errorBuffer))
        try CurlFailure.check(memoir_easy_allow_http_only(easy.pointer))
        try CurlFailure.check(memoir_easy_never_join_resolver(easy.pointer))
        try easy.set(.noSignal, 1)
        // A redirection is a response like any other: credentials never travel to a host that was not named.
        try easy.set(.followLocation, 0)
        try easy.set(.verifyPeer, 1)
        try easy.set(.verifyHost, 2)
        try easy.set(.tlsVersion, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.certificateAuthorityFile {
            try easy.set(.certificateAuthorityFile, file)
        }
        try easy.set(.connectTimeoutMilliseconds, configuration.connectTimeout.wholeMilliseconds)
        try easy.set(.maximumConnectionAgeSeconds, (configuration.maximumIdleTime.wholeMilliseconds + 999) / 1_000)
        try easy.set(.tcpNoDelay, 1)
        try easy.set(.tcpKeepalive, 1)
        try easy.set(.tcpKeepaliveIdleSeconds, Self.keepaliveIdle)
        try easy.set(.tcpKeepaliveIntervalSeconds, Self.keepaliveInterval)
        try easy.set(.suppressConnectHeaders, 1)
        // Refused to a handle that has kept its buffer from an exchange before, which libcurl 7.88 does over HTTP/2: then
        // it reads less at a time.
        try? easy.set(.bufferSize, Self.receiveBufferBytes)
        try easy.set(.userAgent, configuration.userAgent)
    }

    func setTarget(_ url: RequestURL, timeout: Duration) throws(CurlFailure) {
        try easy.set(.url, url.text)
        try easy.set(.timeoutMilliseconds, timeout.wholeMilliseconds)
        // Over TLS the handshake tells whether the server has HTTP/2, and it is worth waiting for the answer rather
        // than opening a connection for each exchange. Without TLS there is only 1.1, and nothing to wait for.
        try easy.set(.httpVersion, Int(url.isSecure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        try easy.set(.waitForMultiplexing, url.isSecure ? 1 : 0)
    }

    func setHeaders(of request: HTTPRequest) throws(CurlFailure) {
        for (name, value) in request.headers {
            try headerList.append(name: name, value: value)
        }
        // A name without value takes out what libcurl would add: waiting for "100 Continue" costs a round trip or a
        // second, and no body here is a form.
        if !request.hasHeader("expect") { try headerList.append("Expect:") }
        if !request.hasHeader("content-type") { try headerList.append("Content-Type:") }
        try CurlFailure.check(memoir_easy_set_headers(easy.pointer, headerList.pointer))
    }

    /// Method and body. To libcurl whatever carries a body is a POST; the method's name is then written over it.
    func setContent(of request: HTTPRequest) throws(CurlFailure) {
        let body: [UInt8]
        switch (request.method, request.body) {
        case (_, let given?): body = given
        case (.put, nil), (.post, nil): body = []
        case (.get, nil), (.delete, nil):
            try easy.set(.httpGet, 1)
            if request.method != .get { try easy.set(.method, request.method.rawValue) }
            return
        }
        if body.count <= Self.maximumCopiedBodyBytes {
            try easy.copyBody(body)
        } else {
            try easy.set(.post, 1)
            try easy.set(.postFieldSize, Int64(body.count))
            try easy.set(.uploadBufferSize, Self.sendBufferBytes)
        }
        if request.method != .post { try easy.set(.method, request.method.rawValue) }
    }
}
