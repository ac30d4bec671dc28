/// Who may call. Pure.
struct TokenTable<Caller: Sendable>: Sendable {
    let tokens: [AccessToken<Caller>]

    /// Looks at each, and at all of each, so that the time it takes tells nothing of which one it is nearest to.
    func token(_ given: BearerToken) -> AccessToken<Caller>? {
        let digest = given.digest
        var found: Int?
        for (index, token) in tokens.enumerated() where Self.isEqual(token.digest, digest) {
            found = index
        }
        return found.map { tokens[$0] }
    }

    private static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        var difference: UInt8 = 0
        for index in first.indices { difference |= first[index] ^ second[index] }
        return difference == 0
    }
}
