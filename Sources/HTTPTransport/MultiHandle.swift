internal import CCurl

/// Owns one `CURLM`: the connections and the transfers under way on them. Every transfer is removed before it goes.
struct MultiHandle: ~Copyable {
    private let pointer: UnsafeMutableRawPointer

    init(maximumIdleConnections: Int) throws(CurlFailure) {
        try CurlFailure.check(CurlFailure.globalInitialization)
        guard let pointer = curl_multi_init() else { throw CurlFailure(code: CURLE_OUT_OF_MEMORY) }
        self.pointer = pointer
        // Neither refuses anything but a wrong option: the bounds were checked with the configuration.
        _ = memoir_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, maximumIdleConnections)
        _ = memoir_multi_set_long(pointer, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX)
    }

    deinit {
        // The context of the callbacks may be gone by now, and closing connections would call them.
        _ = memoir_multi_set_callbacks(pointer, nil, nil, nil)
        curl_multi_cleanup(pointer)
    }

    /// `context` comes back in each call and outlives this handle.
    func setCallbacks(
        socket: curl_socket_callback,
        timer: curl_multi_timer_callback,
        context: UnsafeMutableRawPointer
    ) {
        _ = memoir_multi_set_callbacks(pointer, socket, timer, context)
    }

    func add(_ easy: borrowing EasyHandle) throws(CurlFailure) {
        // Out of memory is all it can be: the handle is valid and in no other multi.
        guard curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK else {
            throw CurlFailure(code: CURLE_OUT_OF_MEMORY)
        }
    }

    /// Ends the transfer if it is under way: its connection is closed, or its stream reset where others share it.
    func remove(_ easy: borrowing EasyHandle) {
        let result = curl_multi_remove_handle(pointer, easy.pointer)
        precondition(result == CURLM_OK, "curl_multi_remove_handle: \(String(cString: curl_multi_strerror(result)))")
    }

    /// Lets libcurl do what `events` (CURL_CSELECT bits) make possible on `socket`.
    func act(on socket: curl_socket_t, events: Int32) {
        var running: Int32 = 0
        let result = curl_multi_socket_action(pointer, socket, events, &running)
        precondition(result == CURLM_OK, "curl_multi_socket_action: \(String(cString: curl_multi_strerror(result)))")
    }

    /// Lets libcurl do what has become due.
    func actOnTimeout() {
        act(on: CURL_SOCKET_TIMEOUT, events: 0)
    }

    /// The next ended transfer: the context given to its callbacks, and its result.
    func nextEnded() -> (context: UnsafeMutableRawPointer, result: CURLcode)? {
        var result = CURLE_OK
        guard let easy = memoir_multi_next_ended(pointer, &result) else { return nil }
        guard let context = memoir_easy_context(easy) else {
            preconditionFailure("a transfer without context ended")
        }
        return (context, result)
    }
}
