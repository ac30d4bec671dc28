import Memory

extension RowEncoder {
    func fail(_ code: RowFailure.Code, _ column: Int, _ reason: String) -> RowFailure {
        RowFailure(code, "column \(mapping.columns[column].name) \(reason)")
    }

    func invalidUTF8(_ column: Int) -> RowFailure {
        fail(.invalidUTF8, column, "is no valid UTF-8; mend it, or leave it out with convert_from in a query")
    }

    func keyTooLarge(_ column: Int, _ count: Int) -> RowFailure {
        fail(.keyTooLarge, column, "makes a key of \(count) bytes; at most \(limits.nameBytes) are allowed")
    }

    func contentTooLarge(_ column: Int?, _ count: Int) -> RowFailure {
        let bound = "at most \(limits.contentBytes) are allowed; cut it with left(column, …) in a query"
        guard let column else { return RowFailure(.contentTooLarge, "the content has \(count) bytes; \(bound)") }
        return fail(.contentTooLarge, column, "makes a content of \(count) bytes and more; \(bound)")
    }

    func metadataTooLarge(_ column: Int, _ count: Int) -> RowFailure {
        fail(
            .metadataTooLarge,
            column,
            "makes metadata of \(count) bytes and more; at most \(limits.metadata.bytes) are allowed; leave it out or "
                + "cut it in a query"
        )
    }
}
