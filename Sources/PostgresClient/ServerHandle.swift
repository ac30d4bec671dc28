internal import CPQ

/// Owns one `PGconn`: memory and socket go with it, also where it never got a connection.
struct ServerHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Begins to connect; `PQstatus` tells whether that failed at once.
    init(connectingWith parameters: [ConnectionParameter]) throws(PostgresError) {
        let keywords = CStringArray(parameters.map(\.keyword) + [nil])
        let values = CStringArray(parameters.map(\.value) + [nil])
        guard let pointer = PQconnectStartParams(keywords.pointers, values.pointers, 0) else {
            throw PostgresError(.cannotConnect, "out of memory")
        }
        self.pointer = pointer
    }

    deinit {
        PQfinish(pointer)
    }

    var errorMessage: String {
        String(cString: PQerrorMessage(pointer)).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}
