/// A statement and what is bound to its parameters: values never become part of the text.
package struct SourceStatement: Sendable, Equatable {
    package private(set) var sql = ""
    package private(set) var parameters: [String?] = []

    mutating func append(_ text: String) {
        sql += text
    }

    mutating func bind(_ value: String) {
        parameters.append(value)
        sql += "$\(parameters.count)"
    }

    /// `$1, $2`
    mutating func bind(_ values: [String]) {
        for (index, value) in values.enumerated() {
            if index > 0 { sql += ", " }
            bind(value)
        }
    }
}
