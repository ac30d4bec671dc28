import Configuration

/// The rule by which each key has a name in the environment.
package enum EnvironmentName {
    package static let prefix = "MEMOIR_"
    /// Where the configuration file is.
    package static let configurationFile = "MEMOIR_CONFIG"
    /// Where the folder of secrets mounted as files is.
    package static let secretsFolder = "MEMOIR_SECRETS_DIR"

    /// `redis.commandTimeout` is `MEMOIR_REDIS_COMMAND_TIMEOUT`, as swift-configuration encodes the path.
    static func of(key name: String) -> String {
        let components = ["memoir"] + name.split(separator: ".").map(String.init)
        let provider = EnvironmentVariablesProvider(environmentVariables: [:])
        let lookup = try? provider.value(forKey: AbsoluteConfigKey(components), type: .string)
        guard let lookup else { preconditionFailure("an empty environment refuses \(name)") }
        return lookup.encodedKey
    }

    /// Whether Kubernetes sets the variable by itself for a service that happens to be called `memoir…`, `redis` or
    /// `qdrant`: `REDIS_PORT=tcp://10.0.0.1:6379`, `MEMOIR_SERVICE_HOST`. None of them is a setting.
    static func isServiceLink(_ name: String, value: String) -> Bool {
        if name.hasSuffix("_PORT") { return ["tcp://", "udp://", "sctp://"].contains(where: value.hasPrefix) }
        if name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        return ["_TCP", "_UDP", "_SCTP"].contains { name.contains($0) } && name.contains("_PORT_")
    }
}
