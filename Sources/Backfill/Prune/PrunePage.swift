/// What was found of some of the memories that a backfill has made.
package struct PrunePage: Sendable {
    /// Their rows are there no more.
    package internal(set) var gone: [RowMemory] = []
    /// Their rows are remembered under another key or for another tenant by now.
    package internal(set) var renamed: [RowMemory] = []
    /// How many are not what their rows make now, and stay all the same: such a row cannot be read, makes no memory as it
    /// is, or has not been saved as what it is called now.
    package internal(set) var kept = 0

    /// What may be forgotten.
    package var stale: [RowMemory] { gone + renamed }
}
