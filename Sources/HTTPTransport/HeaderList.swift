internal import CCurl

/// Owns a `curl_slist` of request header lines, which libcurl reads for as long as the transfer lasts.
struct HeaderList: ~Copyable {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    init() {}

    deinit {
        curl_slist_free_all(pointer)
    }

    mutating func append(_ line: String) throws(CurlFailure) {
        // NULL leaves the list as it was: it is still freed once.
        guard let extended = curl_slist_append(pointer, line) else { throw CurlFailure(code: CURLE_OUT_OF_MEMORY) }
        pointer = extended
    }

    /// A header without value ends in a semicolon, in libcurl's notation: after a colon it would remove the header.
    mutating func append(name: String, value: String) throws(CurlFailure) {
        try append(value.allSatisfy(\.isWhitespace) ? "\(name);" : "\(name): \(value)")
    }
}
