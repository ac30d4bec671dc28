internal import Hummingbird

/// The parameters of a request's query: only known ones, each at most once.
struct RequestQuery {
    private var values: [String: String] = [:]

    init(_ request: Request, allowed names: [String]) throws(OpsError) {
        try self.init(request.uri.query ?? "", allowed: names)
    }

    init(_ query: String, allowed names: [String]) throws(OpsError) {
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = pair.map { PercentText.decode($0.replacing("+", with: " ")) }
            guard let name = decoded[0], let value = decoded.count > 1 ? decoded[1] : "" else {
                throw OpsError(400, "invalid_request", "the query holds a percent sign that stands for nothing")
            }
            guard names.contains(name) else {
                let known = names.isEmpty ? "there are none here" : "known are \(names.joined(separator: ", "))"
                throw .invalid(name, "is no parameter: \(known)")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw .invalid(name, "is given twice") }
        }
    }

    /// nil where it is missing or empty.
    subscript(name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func integer(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(OpsError) -> Int {
        guard let text = self[name] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(name, "takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
