import CCurl
import Testing

@testable import HTTPTransport

@Suite struct ErrorMappingTests {
    static let codes: [(CURLcode, HTTPTransportError.Code)] = [
        (CURLE_URL_MALFORMAT, .invalidRequest),
        (CURLE_COULDNT_RESOLVE_HOST, .cannotResolve),
        (CURLE_COULDNT_RESOLVE_PROXY, .cannotResolve),
        (CURLE_COULDNT_CONNECT, .cannotConnect),
        (CURLE_PROXY, .cannotConnect),
        (CURLE_OPERATION_TIMEDOUT, .timedOut),
        (CURLE_SSL_CONNECT_ERROR, .tlsFailed),
        (CURLE_PEER_FAILED_VERIFICATION, .tlsFailed),
        (CURLE_SSL_CACERT_BADFILE, .tlsFailed),
        (CURLE_SSL_CERTPROBLEM, .tlsFailed),
        (CURLE_FILESIZE_EXCEEDED, .responseTooLarge),
        (CURLE_OUT_OF_MEMORY, .responseTooLarge),
        (CURLE_UNSUPPORTED_PROTOCOL, .invalidResponse),
        (CURLE_WEIRD_SERVER_REPLY, .invalidResponse),
        (CURLE_GOT_NOTHING, .connectionLost),
        (CURLE_PARTIAL_FILE, .connectionLost),
        (CURLE_SEND_ERROR, .connectionLost),
        (CURLE_RECV_ERROR, .connectionLost),
        (CURLE_HTTP2, .connectionLost),
        (CURLE_HTTP2_STREAM, .connectionLost),
        (CURLE_SEND_FAIL_REWIND, .connectionLost),
        (CURLE_WRITE_ERROR, .connectionLost),
        (CURLE_ABORTED_BY_CALLBACK, .cancelled),
    ]

    @Test(arguments: codes.indices)
    func resultsOfLibcurlHaveACode(_ index: Int) {
        let (result, code) = Self.codes[index]
        #expect(HTTPTransportError.Code(result) == code, "\(String(cString: curl_easy_strerror(result)))")
    }

    @Test func detailIsPreferredAndAdviceAdded() {
        let error = HTTPTransportError(CURLE_COULDNT_CONNECT, detail: "Connection refused", url: "http://host/")
        #expect(error.description.hasPrefix("http://host/: Connection refused; check that the server runs"))
        let bare = HTTPTransportError(CURLE_GOT_NOTHING, detail: "", url: "http://host/")
        #expect(bare.message == "Server returned nothing (no headers, no data)")
    }

    @Test func proxyPasswordIsNotRepeated() {
        let detail = "Unsupported proxy scheme for 'ftp://user:secret@proxy'"
        let error = HTTPTransportError(CURLE_COULDNT_CONNECT, detail: detail, url: "http://host/")
        #expect(!error.description.contains("secret"))
    }
}
