internal import CPQ

/// Owns one `PGresult`.
struct ResultHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    var status: ExecStatusType { PQresultStatus(pointer) }

    var isCopy: Bool { status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH }

    var isError: Bool { status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE }

    /// Of the parts of an error that the server sends, one: a `MEMOIR_DIAG_` constant.
    func errorField(_ field: Int32) -> String? {
        PQresultErrorField(pointer, field).map { String(cString: $0) }
    }

    var errorMessage: String {
        String(cString: PQresultErrorMessage(pointer)).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// Rows touched by INSERT, UPDATE, DELETE, or given by SELECT; nil for other commands.
    var affectedRows: Int? {
        Int(String(cString: PQcmdTuples(pointer)))
    }

    var columns: [PostgresColumn] {
        (0..<PQnfields(pointer)).map { column in
            PostgresColumn(
                name: String(cString: PQfname(pointer, column)),
                typeOID: PQftype(pointer, column),
                typeModifier: PQfmod(pointer, column),
                tableOID: PQftable(pointer, column),
                columnNumber: Int(PQftablecol(pointer, column))
            )
        }
    }
}
