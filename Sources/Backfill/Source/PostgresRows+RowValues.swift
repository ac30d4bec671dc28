internal import PostgresClient
internal import Reactor

/// A row is read straight from where libpq keeps it, on the reactor.
extension PostgresRows: @Reactor RowValues {}
