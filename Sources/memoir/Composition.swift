import Settings

/// The only place where concrete types meet: makes the clients and services that a command needs from the settings,
/// runs the command with them, prints its result and stops them again.
///
/// Every method throws `CommandFailure` with the exit code that fits.
struct Composition {
    let settings: Settings

    func bootstrap(_ command: BootstrapCommand) async throws(CommandFailure) { try notConnected() }

    func work(_ command: WorkerCommand) async throws(CommandFailure) { try notConnected() }

    func save(_ command: SaveCommand) async throws(CommandFailure) { try notConnected() }

    func search(_ command: SearchCommand) async throws(CommandFailure) { try notConnected() }

    func embed(_ command: EmbedCommand) async throws(CommandFailure) { try notConnected() }

    func forget(_ command: ForgetCommand) async throws(CommandFailure) { try notConnected() }

    func statistics(_ command: StatsCommand) async throws(CommandFailure) { try notConnected() }

    private func notConnected() throws(CommandFailure) {
        throw CommandFailure(.serviceUnavailable, "this command is not connected yet")
    }
}
