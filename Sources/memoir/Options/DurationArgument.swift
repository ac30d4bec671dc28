import ArgumentParser
import Settings

enum DurationArgument {
    static func read(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text) else {
            throw ValidationError("Expected a duration such as 200ms, 5s, 2m, 1h or plain seconds.")
        }
        return duration
    }
}
