import JSON

/// The bounds of a range condition.
struct FilterRange {
    enum Bound: Int, CaseIterable {
        case gt, gte, lt, lte

        init?(_ name: JSONString) {
            guard let bound = Self.allCases.first(where: { name == $0.name }) else { return nil }
            self = bound
        }

        var name: StaticString {
            switch self {
            case .gt: "gt"
            case .gte: "gte"
            case .lt: "lt"
            case .lte: "lte"
            }
        }
    }

    /// JSON, by the bound's number.
    private var texts = [ArraySlice<UInt8>?](repeating: nil, count: Bound.allCases.count)
    /// Whether the bounds are dates and times; nil before the first.
    private var areTexts: Bool?

    init() {}

    /// The one value itself.
    init(equalTo text: ArraySlice<UInt8>) {
        texts[Bound.gte.rawValue] = text
        texts[Bound.lte.rawValue] = text
    }

    /// - Returns: why the bound cannot join the others, or nil.
    mutating func set(_ bound: Bound, to text: ArraySlice<UInt8>, isText: Bool) -> String? {
        if texts[bound.rawValue] != nil { return "comes twice; keep one" }
        if let areTexts, areTexts != isText {
            return "is a \(isText ? "string beside a number" : "number beside a string"); give all bounds alike"
        }
        texts[bound.rawValue] = text
        areTexts = isText
        return nil
    }

    func write(to writer: inout JSONWriter) {
        writer.name("range")
        writer.beginObject()
        for bound in Bound.allCases {
            guard let text = texts[bound.rawValue] else { continue }
            writer.name(bound.name)
            writer.raw(text)
        }
        writer.endObject()
    }
}
