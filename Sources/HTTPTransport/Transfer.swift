internal import CCurl
internal import Reactor

/// One exchange as libcurl carries it out: the easy handle, what is sent, and what has come back so far. Used for one
/// exchange after the other, between which `recycle` makes it as new.
@Reactor
final class Transfer {
    /// Which bound of the response was passed.
    private enum Excess {
        case headers
        case body
    }

    let easy: EasyHandle
    /// Which exchange of the transport this carries out.
    private(set) var exchange: UInt64 = 0

    // What libcurl reads or writes while the transfer lasts: all three live until `recycle`.
    let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    var headerList = HeaderList()
    private var upload: [UInt8] = []

    private var uploaded = 0
    private var head = ResponseHead(maximumBytes: 0)
    private var body: [UInt8] = []
    private var maximumBodyBytes = 0
    private var excess: Excess?

    init() throws(CurlFailure) {
        easy = try EasyHandle()
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    isolated deinit {
        easy.reset()
        errorBuffer.deallocate()
    }

    /// Ready to be added to a multi; after an error, to be recycled.
    func prepare(
        _ request: HTTPRequest,
        to url: RequestURL,
        exchange: UInt64,
        timeout: Duration,
        configuration: HTTPTransport.Configuration
    ) throws(CurlFailure) {
        self.exchange = exchange
        head = ResponseHead(maximumBytes: configuration.maximumHeaderBytes)
        maximumBodyBytes = request.maximumResponseBytes
        errorBuffer.pointee = 0
        upload = request.body ?? []
        try setCallbacks()
        try setCommonOptions(configuration)
        try setTarget(url, timeout: timeout)
        try setHeaders(of: request)
        try setContent(of: request)
    }

    /// Lets go of everything that belongs to the exchange. Not while the handle is in a multi.
    func recycle() {
        easy.reset()
        headerList = HeaderList()
        upload = []
        uploaded = 0
        head = ResponseHead(maximumBytes: 0)
        body = []
        excess = nil
    }

    // MARK: What libcurl's callbacks bring

    /// Whether the transfer is to go on.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        guard head.take(line: line) else {
            excess = .headers
            return false
        }
        guard head.isComplete, body.isEmpty, let length = head.contentLength else { return true }
        guard length <= maximumBodyBytes else {
            excess = .body
            return false
        }
        body.reserveCapacity(length)
        return true
    }

    /// Whether the transfer is to go on.
    func receive(bodyBytes bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - body.count else {
            excess = .body
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Copies the next part of the request's body, and says how much that was.
    func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = upload[uploaded...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        uploaded += part.count
        return part.count
    }

    /// libcurl starts again when it must send the request on another connection.
    func seek(to offset: Int) -> Bool {
        guard (0...upload.count).contains(offset) else { return false }
        uploaded = offset
        return true
    }

    // MARK: What became of it

    func response() -> HTTPResponse {
        HTTPResponse(status: head.status, headers: head.headers, body: body)
    }

    func error(_ result: CURLcode, url: RequestURL) -> HTTPTransportError {
        switch excess {
        case .headers:
            return HTTPTransportError(
                .responseTooLarge,
                "the response has more than \(head.maximumBytes) bytes of headers",
                url: url.redacted
            )
        case .body:
            return HTTPTransportError(
                .responseTooLarge,
                "the response is longer than the \(maximumBodyBytes) bytes that were asked for at most",
                url: url.redacted
            )
        case nil:
            return HTTPTransportError(result, detail: String(cString: errorBuffer), url: url.redacted)
        }
    }
}
