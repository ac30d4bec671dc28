import ArgumentParser
import Foundation
import Memory
import Settings

/// A moment in the past on the command line, as RFC 3339.
enum SinceArgument {
    static func read(_ text: String) throws -> String {
        if let duration = Duration(text: text) {
            let date = Date.now - duration / .seconds(1)
            return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        guard RFC3339.isDateOrTime(ArraySlice(text.utf8)) else {
            throw ValidationError(
                "Expected a date such as 2026-03-01, a time such as 2026-03-01T09:30:00Z, or a duration back from now "
                    + "such as 36h."
            )
        }
        return text
    }
}
