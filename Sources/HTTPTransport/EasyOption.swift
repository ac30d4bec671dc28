internal import CCurl

/// One option of an easy handle together with the type of its value, so that the compiler refuses a wrong one (libcurl
/// itself would read garbage).
struct EasyOption<Value> {
    let raw: CURLoption
}

extension EasyOption where Value == Int {
    static var bufferSize: Self { Self(raw: CURLOPT_BUFFERSIZE) }
    static var connectTimeoutMilliseconds: Self { Self(raw: CURLOPT_CONNECTTIMEOUT_MS) }
    static var followLocation: Self { Self(raw: CURLOPT_FOLLOWLOCATION) }
    static var httpGet: Self { Self(raw: CURLOPT_HTTPGET) }
    static var httpVersion: Self { Self(raw: CURLOPT_HTTP_VERSION) }
    static var maximumConnectionAgeSeconds: Self { Self(raw: CURLOPT_MAXAGE_CONN) }
    static var noSignal: Self { Self(raw: CURLOPT_NOSIGNAL) }
    static var post: Self { Self(raw: CURLOPT_POST) }
    static var suppressConnectHeaders: Self { Self(raw: CURLOPT_SUPPRESS_CONNECT_HEADERS) }
    static var tcpKeepalive: Self { Self(raw: CURLOPT_TCP_KEEPALIVE) }
    static var tcpKeepaliveIdleSeconds: Self { Self(raw: CURLOPT_TCP_KEEPIDLE) }
    static var tcpKeepaliveIntervalSeconds: Self { Self(raw: CURLOPT_TCP_KEEPINTVL) }
    static var tcpNoDelay: Self { Self(raw: CURLOPT_TCP_NODELAY) }
    static var timeoutMilliseconds: Self { Self(raw: CURLOPT_TIMEOUT_MS) }
    static var tlsVersion: Self { Self(raw: CURLOPT_SSLVERSION) }
    static var uploadBufferSize: Self { Self(raw: CURLOPT_UPLOAD_BUFFERSIZE) }
    static var verifyHost: Self { Self(raw: CURLOPT_SSL_VERIFYHOST) }
    static var verifyPeer: Self { Self(raw: CURLOPT_SSL_VERIFYPEER) }
    static var waitForMultiplexing: Self { Self(raw: CURLOPT_PIPEWAIT) }
}

extension EasyOption where Value == Int64 {
    static var postFieldSize: Self { Self(raw: CURLOPT_POSTFIELDSIZE_LARGE) }
}

extension EasyOption where Value == String {
    static var certificateAuthorityFile: Self { Self(raw: CURLOPT_CAINFO) }
    static var method: Self { Self(raw: CURLOPT_CUSTOMREQUEST) }
    static var url: Self { Self(raw: CURLOPT_URL) }
    static var userAgent: Self { Self(raw: CURLOPT_USERAGENT) }
}
