internal import CCurl

extension HTTPTransportError.Code {
    /// What a result of libcurl means to who asked. What is not listed is taken for a connection that broke, since that
    /// is the reading under which nobody assumes that nothing was done.
    init(_ result: CURLcode) {
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT:
            self = .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = .cannotResolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_FAILED_INIT, CURLE_PROXY:
            self = .cannotConnect
        case CURLE_OPERATION_TIMEDOUT:
            self = .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            self = .tlsFailed
        case CURLE_FILESIZE_EXCEEDED, CURLE_OUT_OF_MEMORY:
            // libcurl holds a header line in a buffer of its own and calls a longer line a lack of memory.
            self = .responseTooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            // The scheme was checked before: what is unsupported is the answer, HTTP/0.9 or none at all.
            self = .invalidResponse
        case CURLE_ABORTED_BY_CALLBACK:
            self = .cancelled
        default:
            self = .connectionLost
        }
    }
}

extension HTTPTransportError {
    /// `detail` is libcurl's own account of this transfer, where it gave one.
    init(_ result: CURLcode, detail: String, url: String) {
        let code = Code(result)
        var message = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        // This one quotes the proxy's URL, which may hold a password.
        if message.hasPrefix("Unsupported proxy") {
            message = "the proxy named by the environment cannot be used"
        }
        if let advice = code.advice {
            message += "; \(advice)"
        }
        self.init(code, message, url: url)
    }
}

extension HTTPTransportError.Code {
    fileprivate var advice: String? {
        switch self {
        case .cannotResolve: "check the host name and the resolver"
        case .cannotConnect: "check that the server runs, and the address, port, firewall and proxy on the way to it"
        case .tlsFailed: "check the server's certificate, or name the certificate authority file that vouches for it"
        case .invalidResponse: "check that the port is an HTTP server's"
        default: nil
        }
    }
}
