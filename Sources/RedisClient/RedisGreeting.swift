/// The commands that open a connection: who we are, which database, what we call ourselves.
struct RedisGreeting {
    private enum Step { case authenticate, select, name }

    private(set) var command = RedisCommand()
    private var steps: [Step] = []

    /// nil when there is nothing to say.
    init?(_ configuration: RedisConfiguration) {
        if let password = configuration.password {
            steps.append(.authenticate)
            command.begin("AUTH", arguments: configuration.username == nil ? 1 : 2)
            if let username = configuration.username { command.append(username) }
            command.append(password)
        }
        if configuration.database != 0 {
            steps.append(.select)
            command.begin("SELECT", arguments: 1)
            command.append(configuration.database)
        }
        if !configuration.clientName.isEmpty {
            steps.append(.name)
            command.begin("CLIENT", arguments: 2)
            command.append("SETNAME")
            command.append(configuration.clientName)
        }
        if steps.isEmpty { return nil }
    }

    /// - Parameter replies: those that came, be it fewer than the commands.
    func check(_ replies: [RedisReply]) throws(RedisError) {
        for (step, reply) in zip(steps, replies) {
            guard let error = reply.error else { continue }
            // Said of the client as a whole, whatever it asked first: protected mode, and a server that is full.
            if error.serverCode == "DENIED" || error.message.contains("max number of clients") {
                throw RedisError(.cannotConnect, error.message)
            }
            // Where the step counts, it is tried again on another connection; the password is not to blame.
            if error.isPassing && error.serverCode != "NOAUTH" {
                if step == .name { continue }
                throw RedisError(.cannotConnect, error.message)
            }
            switch step {
            case .authenticate:
                throw RedisError(.authenticationFailed, "the user or password is refused: \(error.message)")
            case .select:
                let isRefusal = error.serverCode == "NOAUTH" || error.serverCode == "NOPERM"
                throw RedisError(isRefusal ? .authenticationFailed : .cannotConnect, error.message)
            case .name:
                // Cosmetic, and refused to some users; but NOAUTH here is the first sign of a missing password.
                guard error.serverCode == "NOAUTH" else { continue }
                throw RedisError(.authenticationFailed, "a password is required: set REDIS_PASSWORD or REDIS_URL")
            }
        }
    }
}
