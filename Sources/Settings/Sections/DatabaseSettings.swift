/// `database`: the PostgreSQL database that rows are filled in from.
package struct DatabaseSettings: Sendable, Equatable {
    /// `database.url`, secret: a `postgresql://` URL or a libpq connection string. Defaults to none.
    package var url: Secret?
    /// `database.connectTimeout`, duration of connecting. Defaults to 10 s.
    package var connectTimeout: Duration = .seconds(10)

    package init() {}
}
