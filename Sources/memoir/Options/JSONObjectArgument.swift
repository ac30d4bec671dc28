import ArgumentParser
import FoundationEssentials

/// A JSON object given on the command line, known to be one and kept as it was written.
struct JSONObjectArgument: Equatable {
    let text: String

    static func read(_ text: String) throws -> Self {
        do {
            _ = try JSONDecoder().decode([String: AnyValue].self, from: Data(text.utf8))
        } catch {
            throw ValidationError(#"Expected a JSON object, such as '{"vendor_name": "SNCB"}'."#)
        }
        return Self(text: text)
    }

    /// Any JSON value: the decoder has read the whole text by the time it asks for one.
    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) {}
    }
}
