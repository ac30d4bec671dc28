internal import RedisClient

/// A page of a run as one transaction: the jobs, the failures, the state.
struct RunCommit {
    let page: JobPage
    let failures: [RunFailure]
    let fields: [(name: String, value: String)]
    let check: RunCheck

    /// - Parameter number: of the page, from 1.
    func command(_ number: Int, _ run: String, _ collection: String, keys: JobKeys) -> RedisCommand {
        var command = RedisCommand(capacity: page.byteCount + 256 * failures.count + 1_024)
        command.begin("MULTI", arguments: 0)
        if page.count > 0 { command.append(commands: page.command) }
        appendFailures(keys.failures(run), to: &command)
        command.begin("HSET", arguments: 5 + 2 * fields.count)
        command.append(keys.backfill(collection))
        command.append(RunState.Field.page.rawValue)
        command.append(number)
        command.append(RunState.Field.seenAt.rawValue)
        command.append(check.now)
        for (name, value) in fields {
            command.append(name)
            command.append(value)
        }
        command.begin("EXEC", arguments: 0)
        return command
    }

    private func appendFailures(_ key: String, to command: inout RedisCommand) {
        let kept = failures.prefix(check.failureRoom)
        guard !kept.isEmpty, let lifetime = check.tallyLifetime else { return }
        command.begin("HSET", arguments: 1 + 2 * kept.count)
        command.append(key)
        for failure in kept {
            command.append(failure.source)
            command.append(failure.json)
        }
        command.begin("PEXPIRE", arguments: 2)
        command.append(key)
        command.append(lifetime)
    }

    /// Whether it was done. It was not where the watched key had changed.
    ///
    /// - Throws: the server's reason, where it refused the transaction as a whole: then nothing of it was done. Redis undoes
    ///   nothing of one that it has begun; what can fail there, keys of another type, has been asked for before.
    static func outcome(_ replies: [RedisReply]) throws(RedisError) -> Bool {
        // A command that is refused when it is queued says why; the transaction says only that.
        for reply in replies.dropLast() {
            if let error = reply.error { throw error }
        }
        guard let last = replies.last else { throw RedisError(.unexpectedReply, "no answer to EXEC") }
        if let error = last.error { throw cause(of: error) }
        var cursor = last.cursor
        guard let count = try cursor.array() else { return false }
        for _ in 0..<count { _ = try cursor.scalarText() }
        return true
    }

    /// What a server says that refuses at the very end: `EXECABORT Transaction discarded because of: OOM command not …`.
    private static func cause(of error: RedisError) -> RedisError {
        let beginning = "EXECABORT Transaction discarded because of: "
        guard error.message.hasPrefix(beginning) else { return error }
        return RedisError(server: String(error.message.dropFirst(beginning.count)))
    }
}
