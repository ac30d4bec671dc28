/// Something that must not be, with all that is needed to see why.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String

    init(_ reason: String, _ message: [UInt8] = []) {
        description = message.isEmpty ? reason : "\(reason)\n\(String(decoding: message, as: UTF8.self))"
    }
}
