internal import CCurl

/// Owns one `CURL`: what a single transfer is, in libcurl's words. Freed with the owner, never while it is in a multi.
struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer

    init() throws(CurlFailure) {
        guard let pointer = curl_easy_init() else { throw CurlFailure(code: CURLE_FAILED_INIT) }
        self.pointer = pointer
    }

    deinit {
        curl_easy_cleanup(pointer)
    }

    /// All options back to libcurl's defaults. Keeps the TLS sessions, which make the next handshake short.
    func reset() {
        curl_easy_reset(pointer)
    }

    func set(_ option: EasyOption<Int>, _ value: Int) throws(CurlFailure) {
        try CurlFailure.check(memoir_easy_set_long(pointer, option.raw, value))
    }

    func set(_ option: EasyOption<Int64>, _ value: Int64) throws(CurlFailure) {
        try CurlFailure.check(memoir_easy_set_size(pointer, option.raw, curl_off_t(value)))
    }

    func set(_ option: EasyOption<String>, _ value: String) throws(CurlFailure) {
        try CurlFailure.check(memoir_easy_set_string(pointer, option.raw, value))
    }

    func copyBody(_ body: [UInt8]) throws(CurlFailure) {
        // An array without elements may have no address, and without one libcurl would ask the read callback.
        var nothing: UInt8 = 0
        let result =
            body.isEmpty
            ? memoir_easy_copy_body(pointer, &nothing, 0)
            : body.withUnsafeBytes { memoir_easy_copy_body(pointer, $0.baseAddress, curl_off_t($0.count)) }
        try CurlFailure.check(result)
    }

    /// How many connections the transfer had to open: 0 when it found one kept alive.
    var openedConnections: Int {
        max(0, memoir_easy_get_long(pointer, CURLINFO_NUM_CONNECTS))
    }
}
