import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TurnTests {
    @Reactor
    private final class Log {
        var words: [String] = []
        nonisolated init() {}
    }

    @Test @Reactor func timersFireByDeadlineThenByOrder() async {
        let log = Log()
        let start = ContinuousClock.now
        for (delay, word) in [(30, "third"), (10, "first"), (20, "second"), (10, "first again")] {
            Reactor.loop.schedule(at: start + .milliseconds(delay)) { log.words.append(word) }
        }
        #expect(await eventually { log.words.count == 4 })
        #expect(log.words == ["first", "first again", "second", "third"])
        #expect(start.duration(to: .now) >= .milliseconds(30))
    }

    @Test @Reactor func aCancelledTimerDoesNotFire() async {
        let log = Log()
        let token = Reactor.loop.schedule(after: .milliseconds(5)) { log.words.append("cancelled") }
        Reactor.loop.schedule(after: .milliseconds(10)) { log.words.append("kept") }
        #expect(Reactor.loop.cancel(token))
        #expect(!Reactor.loop.cancel(token))
        #expect(await eventually { log.words == ["kept"] })
    }

    @Test @Reactor func aTimerMayScheduleAndCancelTimers() async {
        let log = Log()
        let doomed = Reactor.loop.schedule(after: .milliseconds(30)) { log.words.append("doomed") }
        Reactor.loop.schedule(after: .milliseconds(1)) {
            log.words.append("outer")
            Reactor.loop.cancel(doomed)
            Reactor.loop.schedule(after: .milliseconds(1)) { log.words.append("inner") }
        }
        #expect(await eventually { log.words.count == 2 })
        await passTurns(40)
        #expect(log.words == ["outer", "inner"])
    }

    /// A timer that is due at once and sets itself again each time leaves the rest of the turn its chance.
    @Test @Reactor func aTimerThatSetsItselfAgainDoesNotHoldTheTurn() async {
        let log = Log()
        @Reactor func again() {
            guard log.words.isEmpty else { return }
            Reactor.loop.schedule(after: .zero) { again() }
        }
        again()
        await passTurns(1)
        log.words.append("a turn passed")
    }

    @Test @Reactor func turnEndHandlersAreCalledOnceAndInTheSameTurn() async {
        let log = Log()
        let handler = RecordingHandler()
        handler.onTurnEnd = { log.words.append("turn end") }
        Reactor.loop.atTurnEnd(handler)
        Reactor.loop.schedule(after: .zero) { log.words.append("next turn") }
        #expect(await eventually { log.words.count == 2 })
        #expect(log.words == ["turn end", "next turn"])
        await passTurns()
        #expect(handler.turnsEnded == 1)
    }

    @Test @Reactor func aTurnEndHandlerMayEnrolAgain() async {
        let handler = RecordingHandler()
        handler.onTurnEnd = { [unowned handler] in
            if handler.turnsEnded < 3 { Reactor.loop.atTurnEnd(handler) }
        }
        Reactor.loop.atTurnEnd(handler)
        #expect(await eventually { handler.turnsEnded == 3 })
        await passTurns()
        #expect(handler.turnsEnded == 3)
    }
}
