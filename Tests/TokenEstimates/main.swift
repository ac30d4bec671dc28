import Embeddings
import JSON

// Reads texts from standard input, a JSON string a line, and writes the estimate of each on a line of its own.
while let line = readLine() {
    guard case .string(let text) = try JSONValue(parsing: ArraySlice(line.utf8)) else {
        fatalError("a line is no JSON string")
    }
    print(TokenEstimate.tokens(in: ArraySlice(text.utf8)))
}
