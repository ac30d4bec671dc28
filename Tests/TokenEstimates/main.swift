import Embeddings
import Foundation
import JSON

// Reads texts from standard input, a JSON string a line, and writes the estimate of each on a line of its own.
while let line = readLine() {
    guard case .string(let text) = try JSONValue(parsing: ArraySlice(line.utf8)) else {
        FileHandle.standardError.write(Data("token-estimates: write a JSON string on each line\n".utf8))
        exit(1)
    }
    print(TokenEstimate.tokens(in: ArraySlice(text.utf8)))
}
