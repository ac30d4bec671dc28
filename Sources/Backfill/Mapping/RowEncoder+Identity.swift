import JSON

/// What tells one row from another.
extension RowEncoder {
    /// The row's source, key and tenant alone: of one whose other columns are not there. `content` and `metadata` are left
    /// as they are.
    ///
    /// - Returns: why no memory is called so, or nil.
    package mutating func encodeIdentity(_ row: borrowing some RowValues & ~Copyable) -> RowFailure? {
        do throws(RowFailure) {
            try writeIdentity(row)
            try checkText(row)
            try writeKey(row)
            try writeTenant(row)
            return nil
        } catch {
            return error
        }
    }

    mutating func writeIdentity(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        primaryKey.removeAll()
        source.removeAll(keepingCapacity: true)
        source.append(contentsOf: "postgres:[".utf8)
        var failure: RowFailure?
        for index in 0..<mapping.primaryKeyCount {
            if index > 0 { source.append(UInt8(ascii: ",")) }
            guard let value = row.bytes(index) else {
                source.append(contentsOf: "null".utf8)
                failure =
                    failure
                    ?? fail(.nullKey, index, "is null, and it is of the primary key; leave such rows out in a query")
                continue
            }
            primaryKey.append(value)
            if UTF8Text.isValid(value) {
                source.appendJSONString(value.assumingMemoryBound(to: UInt8.self))
            } else {
                source.appendJSONString(ArraySlice(String(decoding: value, as: UTF8.self).utf8))
                failure = failure ?? invalidUTF8(index)
            }
        }
        source.append(UInt8(ascii: "]"))
        if let failure { throw failure }
        guard source.count <= limits.nameBytes else {
            throw fail(
                .keyTooLarge,
                0,
                "makes a source of \(source.count) bytes; at most \(limits.nameBytes) are allowed"
            )
        }
    }

    /// Every column: what is written below may take UTF-8 for granted.
    func checkText(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        for index in mapping.primaryKeyCount..<mapping.columns.count {
            if let value = row.bytes(index), !UTF8Text.isValid(value) { throw invalidUTF8(index) }
        }
    }

    mutating func writeKey(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        key.removeAll(keepingCapacity: true)
        for step in mapping.key.steps {
            switch step {
            case .text(let text): key.append(contentsOf: text)
            case .column(let index, let type, let standIn):
                let start = key.count
                if let value = row.bytes(index) {
                    guard value.count <= limits.nameBytes else { throw keyTooLarge(index, value.count) }
                    Self.appendKeyText(value, type, to: &key)
                } else if let standIn {
                    key.append(contentsOf: standIn)
                } else {
                    throw fail(
                        .nullKey,
                        index,
                        "is null, and the key is made of it; write {column|text} for a text instead"
                    )
                }
                mapping.keyEscaping.escape(&key, from: start)
                guard key.count <= limits.nameBytes else { throw keyTooLarge(index, key.count) }
            }
        }
        guard !key.isEmpty else {
            throw RowFailure(.nullKey, "the key is empty: all columns that it is made of are")
        }
        guard key.count <= limits.nameBytes else { throw keyTooLarge(0, key.count) }
    }

    /// As a template shows it, but for arrays, of which two could be shown alike.
    private static func appendKeyText(_ value: UnsafeRawBufferPointer, _ type: ColumnType, to key: inout [UInt8]) {
        if case .array = type {
            key.append(contentsOf: value)
        } else {
            ShownText.append(value, type, to: &key)
        }
    }

    mutating func writeTenant(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        guard let index = mapping.tenantColumn else { return }
        guard let value = row.bytes(index), !value.isEmpty else {
            throw fail(
                .nullTenant,
                index,
                "is null or empty, and the row would belong to no tenant; leave such rows out or use coalesce in a query"
            )
        }
        guard value.count <= limits.nameBytes else {
            throw fail(
                .keyTooLarge,
                index,
                "makes a tenant of \(value.count) bytes; at most \(limits.nameBytes) are allowed"
            )
        }
        tenantText.removeAll(keepingCapacity: true)
        Self.appendKeyText(value, mapping.columns[index].type, to: &tenantText)
    }
}
