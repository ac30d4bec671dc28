extension FollowRun {
    /// What the run's state is kept under, beside that of the collection's backfills. No collection's name has a colon.
    package static func stateName(of collection: String) -> String { "\(collection):follow" }

    /// The run's id, the same each time. Job ids are made of it, which have room for 128 characters.
    package static func runID(of collection: String) -> String { "\(collection.prefix(80))-follow" }
}
