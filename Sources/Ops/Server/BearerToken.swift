internal import Crypto

/// The token of a header field `Authorization: Bearer …`.
struct BearerToken {
    private let bytes: [UInt8]

    /// nil where the field is missing or holds something else.
    init?(_ field: String?) {
        guard let field, let space = field.firstIndex(of: " "), field[..<space].lowercased() == "bearer" else {
            return nil
        }
        bytes = Array(field[space...].drop { $0 == " " }.utf8)
    }

    /// SHA-256 of it.
    var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// Takes as long for a token that is wrong in its first byte as for one that is wrong in its last.
    func equals(_ token: String) -> Bool {
        let token = Array(token.utf8)
        guard !token.isEmpty else { return false }
        var difference = bytes.count ^ token.count
        for (index, byte) in bytes.enumerated() {
            difference |= Int(byte ^ token[index % token.count])
        }
        return difference == 0
    }
}
