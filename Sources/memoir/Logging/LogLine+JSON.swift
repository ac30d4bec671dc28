import Logging

extension LogLine {
    /// `{"time":"…","level":"info","logger":"memoir","event":"redis_connected","metadata":{"attempts":2}}`
    var json: String {
        let head = """
            {"time":"\(time)","level":"\(level.rawValue)","logger":\(JSONText.quoted(logger)),\
            "event":\(JSONText.quoted(event))
            """
        return metadata.isEmpty ? head + "}" : "\(head),\"metadata\":\(Self.json(.dictionary(metadata)))}"
    }

    private static func member(_ key: String, _ value: Logger.MetadataValue) -> String {
        "\(JSONText.quoted(key)):\(json(value))"
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): JSONText.quoted(text)
        case .stringConvertible(let number as any BinaryInteger & Sendable): "\(number)"
        case .stringConvertible(let flag as Bool): "\(flag)"
        case .stringConvertible(let number as Double) where number.isFinite: "\(number)"
        case .stringConvertible(let other): JSONText.quoted(other.description)
        case .array(let values): "[\(values.map(json).joined(separator: ","))]"
        case .dictionary(let values):
            "{\(values.sorted { $0.key < $1.key }.map(member).joined(separator: ","))}"
        }
    }
}
