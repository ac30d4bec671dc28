internal import Foundation
internal import Logging
package import PostgresClient
internal import Reactor

extension PostgresServer {
    /// Of the database `postgres`, over TCP.
    ///
    /// - Parameter options: what stands behind the `?`.
    package func url(
        host: String = "127.0.0.1",
        user: String = PostgresServer.user,
        password: String = PostgresServer.password,
        database: String = "postgres",
        options: String = ""
    ) -> String {
        let encoded = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "postgresql://\(user):\(encoded)@\(host):\(port)/\(database)?\(options)"
    }

    /// By the unix socket, which asks for no password.
    package var socketURL: String {
        let folder = folder.path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "postgresql://\(Self.user)@\(folder):\(port)/postgres"
    }

    /// A connection that may write.
    @Reactor
    package func connection(
        _ url: String? = nil,
        _ configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) throws -> PostgresConnection {
        var configuration = try PostgresConfiguration(url ?? self.url())
        configuration.isReadOnly = false
        configure(&configuration)
        return PostgresConnection(
            configuration: configuration,
            logger: Logger(label: "postgres-test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
