/// The path of a collection, its name percent-encoded.
struct CollectionPath {
    let text: String

    /// Refuses names that would make another path.
    init(_ collection: String) throws(VectorStoreError) {
        guard !collection.isEmpty, collection != ".", collection != ".." else {
            throw VectorStoreError(.invalidRequest, "\"\(collection)\" cannot be the name of a collection")
        }
        text = "/collections/" + Self.encoded(collection)
    }

    func points(_ rest: String) -> String {
        "\(text)/points\(rest)"
    }

    /// All but the unreserved characters of RFC 3986, section 2.3.
    private static func encoded(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
