package import JSON

/// A JSON object as text, known to be valid and on one line.
package struct JSONObjectText: Sendable, Equatable {
    package let bytes: [UInt8]

    /// - Parameter text: an object, a literal of the program: anything else stops it.
    package init(_ text: String) {
        do throws(JSONError) {
            try self.init(checking: Array(text.utf8)[...])
        } catch {
            preconditionFailure("\(error): \(text)")
        }
    }

    /// - Parameter value: an object, whose numbers are finite: anything else stops the program.
    package init(_ value: JSONValue) {
        guard case .object = value, let bytes = try? value.serialized() else { preconditionFailure("\(value)") }
        self.bytes = bytes
    }

    /// Text from outside.
    package init(checking text: ArraySlice<UInt8>) throws(JSONError) {
        let value = try JSONValue(parsing: text)
        guard case .object = value else {
            throw JSONError(.unexpected(text.first ?? 0, wanted: "an object"), at: 0)
        }
        bytes = try value.serialized()
    }
}
