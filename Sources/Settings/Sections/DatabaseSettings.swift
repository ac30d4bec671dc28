/// `database`: the PostgreSQL database that rows are filled in from.
package struct DatabaseSettings: Sendable, Equatable {
    /// `database.url`, secret: a `postgresql://` URL or a libpq connection string. Defaults to none.
    package var url: Secret?

    package init() {}
}
