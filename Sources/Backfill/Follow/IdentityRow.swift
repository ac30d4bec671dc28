/// What a row was called before it was deleted or called otherwise: a row that has these columns only.
struct IdentityRow: RowValues, ~Copyable {
    private let values: [UnsafeMutableRawBufferPointer?]

    /// - Parameters:
    ///   - texts: by the columns' names, as the trigger wrote them; nil is NULL.
    ///   - mapping: whose columns' places are asked for.
    /// - Returns: nil where one is missing, which a trigger of another mapping has not written.
    init?(_ texts: [String: String?], _ mapping: SourceMapping) {
        let places = mapping.identityColumns
        guard places.allSatisfy({ texts[mapping.columns[$0].name] != nil }) else { return nil }
        var values = [UnsafeMutableRawBufferPointer?](repeating: nil, count: mapping.columns.count)
        for place in places {
            guard let text = texts[mapping.columns[place].name] ?? nil else { continue }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
            buffer.copyBytes(from: text.utf8)
            values[place] = buffer
        }
        self.values = values
    }

    deinit {
        for value in values { value?.deallocate() }
    }

    func bytes(_ column: Int) -> UnsafeRawBufferPointer? { values[column].map { UnsafeRawBufferPointer($0) } }
}
