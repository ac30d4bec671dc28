internal import Reactor

/// Makes a session: tries the servers' addresses one after the other, each within `connectTimeout`.
///
/// libpq would go through a list by itself, but with one deadline for all of it and looking names up while everybody
/// waits.
@Reactor
struct Connector {
    /// Of the attempts at one call.
    private static let maximumAttempts = 32

    private let configuration: PostgresConfiguration
    private let owner: any PostgresLinkOwner

    init(_ configuration: PostgresConfiguration, owner: any PostgresLinkOwner) {
        self.configuration = configuration
        self.owner = owner
    }

    func connect() async throws(PostgresError) -> PostgresLink {
        var attempts = 0
        var reasons: [PostgresError] = []
        // With one address libpq does the second round itself.
        let rounds = configuration.isStandbyPreferred ? ["standby", "any"] : [nil]
        for sessionAttributes in rounds {
            for server in configuration.servers {
                let addresses: [String?]
                do throws(PostgresError) {
                    addresses = try await self.addresses(of: server)
                } catch {
                    guard error.code != .cancelled else { throw error }
                    reasons.append(error)
                    continue
                }
                for address in addresses where attempts < Self.maximumAttempts {
                    attempts += 1
                    do throws(PostgresError) {
                        return try await attempt(server, address, sessionAttributes)
                    } catch {
                        guard Self.mayGoOn(after: error) else { throw error }
                        reasons.append(error)
                    }
                }
            }
        }
        throw Self.summary(reasons)
    }

    /// What one server says of user, password or database holds for all of them.
    private static func mayGoOn(after error: PostgresError) -> Bool {
        guard error.code == .cannotConnect || error.code == .connectionLost || error.code == .timedOut else {
            return false
        }
        return error.sqlState == nil || error.isPassing
    }

    private static func summary(_ reasons: [PostgresError]) -> PostgresError {
        guard let last = reasons.last else { return PostgresError(.cannotConnect, "no server to connect to") }
        var messages: [String] = []
        for reason in reasons where !messages.contains(reason.message) { messages.append(reason.message) }
        return PostgresError(.cannotConnect, messages.joined(separator: "; "), sqlState: last.sqlState)
    }

    private func attempt(
        _ server: ServerEntry,
        _ address: String?,
        _ sessionAttributes: String?
    ) async throws(PostgresError) -> PostgresLink {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let parameters = configuration.parameters(
            for: server,
            address: address,
            sessionAttributes: sessionAttributes
        )
        let link = try PostgresLink(connectingWith: parameters, owner: owner)
        do throws(PostgresError) {
            try await link.establish(until: deadline, timeout: configuration.connectTimeout)
            let greeting = configuration.greeting(serverEncoding: link.serverEncoding)
            try link.send(greeting.sql, greeting.parameters)
            _ = try await link.lastResult(until: deadline)
            link.statementTimeout = configuration.statementTimeout
            link.isTimeoutKnown = true
            return link
        } catch {
            link.close(error)
            guard error.code != .cancelled else { throw error }
            let code = error.code == .authenticationFailed ? error.code : .cannotConnect
            // Deadlines do not say for which server.
            let message =
                error.code == .timedOut || error.sqlState == nil ? "\(server): \(error.message)" : error.message
            throw PostgresError(code, message, sqlState: error.sqlState, detail: error.detail, hint: error.hint)
        }
    }

    /// nil where libpq knows by itself.
    private func addresses(of server: ServerEntry) async throws(PostgresError) -> [String?] {
        guard server.needsAddress else { return [server.address.isEmpty ? nil : server.address] }
        let lookUp = LookUp(server)
        return try await lookUp.addresses(until: .now + configuration.connectTimeout)
    }
}
