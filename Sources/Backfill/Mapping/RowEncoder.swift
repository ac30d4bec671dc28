import JSON
import Memory

/// Makes the fields of a job of each row. Memory is used again from row to row: what the properties hold is of the row
/// that was encoded last.
///
/// Bytes that the row hands out are looked at during `encode` only.
package struct RowEncoder: Sendable {
    package internal(set) var content: [UInt8] = []
    /// A JSON object; `{}` where no field has a value.
    package internal(set) var metadata: [UInt8] = []
    package internal(set) var key: [UInt8] = []
    /// Nil where the mapping names none.
    package var tenant: [UInt8]? { mapping.tenantColumn == nil ? nil : tenantText }
    /// `postgres:["1234"]`: the primary key's values. Also of a row that fails; null is `null` then, and what is no
    /// UTF-8 is replaced.
    package internal(set) var source: [UInt8] = []
    /// For the next page. Also of a row that fails, where none of its values is null.
    package internal(set) var primaryKey = PrimaryKeyText()

    package let mapping: SourceMapping
    let limits: RowLimits
    var tenantText: [UInt8] = []
    private var writer: ValueWriter
    private let fields: [Field]
    /// The names of the fields as they stand in JSON, with commas and colons, one behind the other.
    private let names: [UInt8]

    /// What a row's walk through the metadata needs of a field, and no more: what is counted by reference costs there.
    private struct Field: Sendable {
        let column: Int
        /// In `names`, without the comma in front of it.
        let name: Range<Int>
        let conversion: ValueConversion
    }

    package init(_ mapping: SourceMapping, limits: RowLimits = RowLimits()) {
        self.mapping = mapping
        self.limits = limits
        writer = ValueWriter(maximumDepth: limits.metadata.depth - 1)
        var names: [UInt8] = []
        fields = mapping.fields.map { field in
            names.append(UInt8(ascii: ","))
            let start = names.count
            names.appendJSONString(ArraySlice(field.name.utf8))
            names.append(UInt8(ascii: ":"))
            return Field(column: field.column, name: start..<names.count, conversion: field.conversion)
        }
        self.names = names
    }

    /// - Returns: why the row cannot become a memory, or nil.
    package mutating func encode(_ row: borrowing some RowValues & ~Copyable) -> RowFailure? {
        do throws(RowFailure) {
            try writeIdentity(row)
            try checkText(row)
            try writeKey(row)
            try writeTenant(row)
            try writeContent(row)
            try writeMetadata(row)
            return nil
        } catch {
            letGoOfExcess()
            return error
        }
    }

    private mutating func writeContent(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        content.removeAll(keepingCapacity: true)
        for step in mapping.content.steps {
            switch step {
            case .text(let text): content.append(contentsOf: text)
            case .column(let index, let type, let standIn):
                guard let value = row.bytes(index) else {
                    if let standIn { content.append(contentsOf: standIn) }
                    continue
                }
                // Before it is copied: a value may be as large as a gigabyte.
                let length = content.count + value.count
                guard length <= limits.contentBytes else { throw contentTooLarge(index, length) }
                ShownText.append(value, type, to: &content)
            }
        }
        guard content.count <= limits.contentBytes else { throw contentTooLarge(nil, content.count) }
        // As the worker sees it: a text of spaces says nothing.
        guard content.contains(where: { $0 > UInt8(ascii: " ") }) else {
            throw RowFailure(.emptyContent, "the content is empty: all columns of its template are null or blank")
        }
    }

    private mutating func writeMetadata(_ row: borrowing some RowValues & ~Copyable) throws(RowFailure) {
        metadata.removeAll(keepingCapacity: true)
        metadata.append(UInt8(ascii: "{"))
        for field in fields {
            guard let value = row.bytes(field.column) else { continue }
            let length = metadata.count + value.count
            guard length < limits.metadata.bytes else { throw metadataTooLarge(field.column, length) }
            let start = field.name.lowerBound - (metadata.count > 1 ? 1 : 0)
            metadata.append(contentsOf: names[start..<field.name.upperBound])
            do throws(ValueFault) {
                try writer.append(value, as: field.conversion, to: &metadata)
            } catch {
                throw fail(.invalidValue, field.column, error.reason)
            }
            guard metadata.count < limits.metadata.bytes else { throw metadataTooLarge(field.column, metadata.count) }
        }
        metadata.append(UInt8(ascii: "}"))
    }

    /// One large row must not hold its memory for the rest of the run.
    private mutating func letGoOfExcess() {
        if content.capacity > 2 * limits.contentBytes { content = [] }
        if metadata.capacity > 8 * limits.metadata.bytes { metadata = [] }
    }
}
