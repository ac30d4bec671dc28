import Glibc
import JSON
import JobQueue

/// Standard output: results and nothing else.
enum Output {
    /// - Returns: false where nobody reads it any more, or a disk is full.
    @discardableResult
    static func line(_ text: String) -> Bool {
        print(text)
        // All streams: a pipe that is read line by line gets each line at once.
        return fflush(nil) == 0
    }

    /// The whole result for programs, or a text for people; a job that failed is told by the caller.
    static func answer(_ answer: JobAnswer, asJSON: Bool, text: (JSONValue) -> String) {
        if asJSON {
            line(json(answer.json))
        } else if answer.status == .ok {
            line(text(answer.result))
        }
    }

    /// A value that was parsed has no number that cannot be written.
    static func json(_ value: JSONValue) -> String {
        guard let bytes = try? value.serialized() else { return "null" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
