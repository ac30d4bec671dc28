internal import CLinux
private import Glibc

/// What a descriptor is ready for, or what is to be waited for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let read = Readiness(rawValue: 1)
    package static let write = Readiness(rawValue: 2)
    /// The peer closed or the descriptor failed: always reported, needs no asking for. Read to learn which.
    package static let hangup = Readiness(rawValue: 4)

    var epollEvents: UInt32 {
        (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
    }

    init(epollEvents events: UInt32) {
        var readiness: Readiness = []
        if events & EPOLLIN.rawValue != 0 { readiness.insert(.read) }
        if events & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.hangup) }
        self = readiness
    }
}

/// Told on the reactor when its descriptor is ready (level-triggered: told again until it is served).
package protocol ReadinessHandler: AnyObject {
    @Reactor func descriptorReady(_ readiness: Readiness)
}

/// Called once at the end of the loop's turn in which it enrolled: everything written during a turn leaves in one
/// `write`, which is how pipelining comes for free.
package protocol TurnEndHandler: AnyObject {
    @Reactor func turnEnded()
}

/// A descriptor watched by the loop. The generation keeps an event of the past from reaching a new owner of the slot.
package struct Registration: Sendable, Equatable {
    let slot: UInt32
    let generation: UInt32
    package let descriptor: Int32

    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

package struct ReactorError: Error, CustomStringConvertible {
    package let call: String
    package let errno: Int32
    package var description: String { "\(call) failed: \(String(cString: strerror(errno)))" }
}
