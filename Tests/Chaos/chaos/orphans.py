"""What a killed worker held, and when each entry first left its name: from then on it is somebody's again."""

from __future__ import annotations

import statistics
import threading
from dataclasses import dataclass, field
from typing import Any

import redis
from harness import wire

from .account import Account

POLL_SECONDS = 0.1
MOST_ENTRIES = 10_000
STOP_SECONDS = 10


@dataclass
class Kill:
    """One kill. Entries are pairs of lane and entry id."""

    worker: str
    at: float
    held: set[tuple[str, str]] = field(default_factory=set)
    left_at: dict[tuple[str, str], float] = field(default_factory=dict)
    settled: bool = False

    @property
    def remaining(self) -> set[tuple[str, str]]:
        return self.held - self.left_at.keys()

    @property
    def seconds(self) -> float | None:
        """From the kill until the last orphan had left; None for a kill that orphaned nothing."""
        return max(self.left_at.values()) - self.at if self.left_at and not self.remaining else None


class OrphanTracker:
    """Asks for the pending entries of each dead consumer until there are none."""

    def __init__(self, client: Any, account: Account) -> None:
        self.redis = client
        self.account = account
        self.kills: list[Kill] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self.run, name="orphans", daemon=True)

    def start(self) -> OrphanTracker:
        self.thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(STOP_SECONDS)
        if self.failure is not None:
            raise self.failure

    def killed(self, worker: str | None, at: float) -> None:
        """A worker without a consumer's name had not begun to claim."""
        if worker is None:
            return
        kill = Kill(worker, at)
        self.look(kill)
        for lane, entry in kill.held:
            self.account.moved(lane, entry, f"orphaned: {worker} was killed holding it")
        with self.lock:
            self.kills.append(kill)

    def run(self) -> None:
        try:
            while not self.stopping.wait(POLL_SECONDS):
                for kill in [kill for kill in list(self.kills) if not kill.settled]:
                    self.look(kill)
        except redis.RedisError as error:
            self.failure = error

    def look(self, kill: Kill) -> None:
        """A claim that was on its way when the worker died may add to what it holds, also after the kill."""
        present = pending_of(self.redis, kill.worker)
        now = self.account.now()
        with self.lock:
            for lane, entry in kill.remaining - present:
                kill.left_at[lane, entry] = now
                self.account.moved(lane, entry, f"left the name of the dead {kill.worker}")
            kill.held |= present
            # A consumer of the dead that holds nothing a second after the kill will hold nothing ever.
            kill.settled = not kill.remaining and now - kill.at > 1

    def unsettled(self) -> list[Kill]:
        with self.lock:
            return [kill for kill in self.kills if not kill.settled]

    def report(self) -> str:
        times = sorted(kill.seconds for kill in self.kills if kill.seconds is not None)
        orphans = sum(len(kill.held) for kill in self.kills)
        text = f"{len(self.kills)} kills, {len(times)} of them orphaned {orphans} jobs"
        if not times:
            return text
        return (
            f"{text}; from the kill to the last orphan's new owner: median {statistics.median(times):.2f} s, "
            f"90% {times[min(len(times) - 1, int(len(times) * 0.9))]:.2f} s, longest {times[-1]:.2f} s"
        )


def pending_of(client: Any, consumer: str) -> set[tuple[str, str]]:
    """What is pending in this consumer's name, over all lanes."""
    pipeline = client.pipeline(transaction=False)
    for lane in wire.LANES:
        pipeline.xpending_range(wire.lane_key(lane), wire.GROUP, "-", "+", MOST_ENTRIES, consumer)
    answers = pipeline.execute(raise_on_error=False)
    return {
        (lane, row["message_id"].decode())
        for lane, rows in zip(wire.LANES, answers, strict=True)
        if isinstance(rows, list)
        for row in rows
    }


def holder_of(client: Any, lane: str, job_id: str) -> str | None:
    """The consumer that holds this job now."""
    key = wire.lane_key(lane)
    for row in client.xpending_range(key, wire.GROUP, "-", "+", MOST_ENTRIES):
        found = client.xrange(key, row["message_id"], row["message_id"])
        if found and found[0][1].get(b"id") == job_id.encode():
            return str(row["consumer"].decode())
    return None
