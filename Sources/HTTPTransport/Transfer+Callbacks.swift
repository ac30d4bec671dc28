internal import CCurl
internal import Reactor

extension Transfer {
    /// The context is unretained: the transport holds the transfer for as long as its handle is in a multi.
    func setCallbacks() throws(CurlFailure) {
        try CurlFailure.check(
            memoir_easy_set_callbacks(
                easy.pointer,
                headerReceived,
                bodyReceived,
                bodyWanted,
                seekWanted,
                Unmanaged.passUnretained(self).toOpaque()
            )
        )
    }

    nonisolated static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        guard let context else { preconditionFailure("libcurl called back without context") }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }
}

// All four are called on the reactor's thread, from within the multi's `act`. They copy bytes and never call libcurl.
// The pointers are `nonisolated(unsafe)` because the compiler cannot know that this is the reactor's thread already.

private func headerReceived(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    let transfer = Transfer.from(context)
    nonisolated(unsafe) let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let goesOn = Reactor.assumeIsolated { transfer.receive(headerLine: line) }
    return goesOn ? line.count : refusal(of: line.count)
}

private func bodyReceived(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    let transfer = Transfer.from(context)
    nonisolated(unsafe) let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let goesOn = Reactor.assumeIsolated { transfer.receive(bodyBytes: part) }
    return goesOn ? part.count : refusal(of: part.count)
}

/// Any count but the one given ends the transfer.
private func refusal(of count: Int) -> Int {
    count == 0 ? 1 : 0
}

private func bodyWanted(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    let transfer = Transfer.from(context)
    nonisolated(unsafe) let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return Reactor.assumeIsolated { transfer.send(into: buffer) }
}

private func seekWanted(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    let transfer = Transfer.from(context)
    // libcurl documents that it only ever counts from the start.
    let isDone = Reactor.assumeIsolated { origin == 0 && transfer.seek(to: Int(offset)) }
    return isDone ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}
