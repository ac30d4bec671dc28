/// How many jobs may be taken over that several workers have died of, or at least with.
///
/// One of them may have killed those workers. So that it does not drag the others down, they are run fewer at a time the
/// more deaths they have seen, in the end alone.
package struct SuspectRoom: Sendable, Equatable {
    /// For jobs that were delivered three times.
    package var few: Int
    /// For jobs that were delivered four times and more.
    package var alone: Int

    package init(few: Int = 8, alone: Int = 1) {
        self.few = max(0, few)
        self.alone = max(0, alone)
    }

    /// What is left where jobs of these deliveries are being run already.
    package init(running deliveries: some Sequence<Int>) {
        var room = SuspectRoom()
        for count in deliveries {
            if count > 4 { room.alone -= 1 } else if count == 4 { room.few -= 1 }
        }
        self.init(few: room.few, alone: room.alone)
    }
}
