internal import CCurl

/// A result other than `CURLE_OK`.
struct CurlFailure: Error {
    let code: CURLcode

    var message: String { String(cString: curl_easy_strerror(code)) }

    static func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code) }
    }

    /// libcurl's global state, made once for the process and never taken down: other threads may be using OpenSSL.
    static let globalInitialization: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}
