import ArgumentParser
import Foundation
import Settings

/// A moment on the command line: `2026-03-01T09:30:00Z`, or a duration from now.
enum TimeArgument: Equatable {
    /// Milliseconds since 1970.
    case at(Int)
    case after(Duration)

    static func read(_ text: String) throws -> Self {
        if let duration = Duration(text: text) { return .after(duration) }
        for fraction in [false, true] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)
            if let date = try? style.parse(text) { return .at(Int((date.timeIntervalSince1970 * 1_000).rounded())) }
        }
        throw ValidationError("Expected a time such as 2026-03-01T09:30:00Z, or a duration from now such as 10m.")
    }

    /// - Parameter now: ms since 1970.
    func milliseconds(now: Int) -> Int {
        switch self {
        case .at(let time): time
        case .after(let duration): now + Int(duration / .milliseconds(1))
        }
    }
}
