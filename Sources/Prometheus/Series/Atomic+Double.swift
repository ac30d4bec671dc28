internal import Synchronization

extension Atomic where Value == Double {
    /// Processors add no floating-point numbers atomically: tried again where another thread was faster.
    @inline(__always)
    func add(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let (exchanged, original) = weakCompareExchange(expected: old, desired: old + amount, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
