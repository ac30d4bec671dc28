/// What a `NOTIFY` says.
package struct PostgresNotification: Sendable, Equatable {
    package let channel: String
    /// At most 8,000 bytes; empty where none was given.
    package let payload: String
    /// Of the server's process whose session sent it.
    package let processID: Int32
}
