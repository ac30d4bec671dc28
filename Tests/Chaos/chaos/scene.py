"""A scene: everything that one scenario has to itself, and the checks that end every scenario."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from harness import memoir, wire
from harness.queue import Queue
from harness.store import Store
from harness.waiting import wait_for

from .account import Account, Finding, JobAccount
from .fleet import Fleet, Member, sanitizer_reports
from .judge import dead_letters_are_deserved, each_answered_once, each_save_one_point, nobody
from .orphans import pending_of
from .plan import Plan, Planned
from .producer import Producer
from .redis_server import RedisServer, Synced
from .servers import Servers
from .watcher import Watcher

POLL_SECONDS = 0.1
# From the last job's result until the dead have left nothing in Redis.
SETTLE_SECONDS = 60.0


class Scale:
    """How much of everything: `short` for continuous integration, `long` for `make chaos`."""

    def __init__(self, *, is_long: bool, jobs: int | None, rows: int | None, judges_times: bool) -> None:
        self.is_long = is_long
        self.jobs = jobs
        self.rows = rows
        # A sanitizer makes all of it slow; then what takes long is told and not judged.
        self.judges_times = judges_times

    def pick(self, short: float, long: float) -> float:
        return long if self.is_long else short

    def count(self, short: int, long: int) -> int:
        """Jobs of the scenario that is about their number."""
        return self.jobs or (long if self.is_long else short)


class Scene:
    """One scenario's Redis, workers, producer, watcher and account, on the servers that all share."""

    def __init__(self, name: str, seed: int, scale: Scale, servers: Servers, folder: Path, synced: Synced) -> None:
        self.scale = scale
        self.servers = servers
        self.folder = folder
        self.account = Account(name, seed)
        self.tag = f"{name}-{uuid4().hex[:8]}"
        self.replies = wire.replies_key(self.tag)
        self.plan = Plan(seed, name, self.tag, replies=self.replies)
        self.redis = RedisServer(folder / "redis", self.account, appendfsync=synced)
        self.redis.start()
        self.queue = Queue(self.redis.url)
        self.store: Store = servers.engines.store()
        self.env = self.environment()
        self.fleet = Fleet(self.env, self.account, self.tag)
        self.watcher = Watcher(self.redis.url, self.account, self.replies)
        self.producers: list[Producer] = []
        self.figures: list[str] = []
        self.empty_collections()
        self.watcher.start()

    def environment(self) -> dict[str, str]:
        env = memoir.environment(self.servers.engines.environment, {"REDIS_URL": self.redis.url})
        for variable in ("TSAN_OPTIONS", "ASAN_OPTIONS"):
            if variable in os.environ:
                env[variable] = f"{os.environ[variable]}:log_path={self.folder}/sanitizer"
        return env

    def empty_collections(self) -> None:
        for name in self.store.collections():
            self.store.ask("DELETE", f"/collections/{name}")
        memoir.run("bootstrap", env=self.env).expect(0)

    def report(self, text: str) -> None:
        """A figure of this run, shown at the end of it."""
        self.figures.append(text)
        self.account.note(text)

    def produce(self, jobs: Iterable[Planned], *, rate: float) -> Producer:
        producer = Producer(self.redis.url, self.account, jobs, rate=rate)
        self.producers.append(producer)
        return producer.start()

    def wait(self, what: str, probe: Callable[[], object], *, seconds: float) -> None:
        """Waits while all goes well: a worker that ends unasked, or a thread that fails, is told at once."""

        def check() -> object:
            self.fleet.assert_alive()
            if self.watcher.failure is not None:
                raise self.watcher.failure
            return probe()

        wait_for(what, check, seconds=seconds, seen=self.describe)

    def sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.fleet.assert_alive()
            time.sleep(min(left, POLL_SECONDS))

    def describe(self) -> str:
        return f"{len(self.account.waiting())} of {len(self.account.jobs)} without a result; {self.queue.describe()}"

    def finish(self, *, seconds: float, may_come_twice: Callable[[JobAccount], bool] = nobody) -> list[Finding]:
        """Waits until all is sent and answered, then judges; what is still missing at the deadline counts as lost."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.is_answered():
            self.sleep(POLL_SECONDS)
        is_answered = self.is_answered()
        for producer in self.producers:
            producer.stop()
        # Where jobs are lost, what holds them stays, and there is nothing to wait for.
        findings = list(self.settled(SETTLE_SECONDS if is_answered else 0))
        self.watcher.stop()
        self.watcher.read_again()
        findings += each_answered_once(self.account, may_come_twice)
        findings += dead_letters_are_deserved(self.account, self.queue, may_come_twice)
        findings += each_save_one_point(self.account, self.store)
        return findings

    def is_answered(self) -> bool:
        return all(producer.done for producer in self.producers) and not self.account.waiting()

    def settled(self, seconds: float) -> Iterator[Finding]:
        """Nothing is left to do, the dead have left nothing, and every key has a TTL or is a declared one."""
        end = time.monotonic() + seconds
        while (left := list(self.unsettled())) and time.monotonic() < end:
            self.sleep(POLL_SECONDS * 5)
        yield from left

    def unsettled(self) -> Iterator[Finding]:
        depths, pending, delayed = self.queue.depths(), self.queue.pending(), self.queue.delayed()
        if any(depths.values()) or any(pending.values()) or delayed:
            yield Finding(f"left in Redis: depths {depths}, pending {pending}, delayed {delayed}")
        living = {name.encode() for name in self.fleet.consumers()}
        for lane in wire.LANES:
            consumers = self.queue.redis.xinfo_consumers(wire.lane_key(lane), wire.GROUP)
            if dead := sorted({consumer["name"] for consumer in consumers} - living):
                yield Finding(f"lane {lane} keeps {len(dead)} consumers of dead workers: {dead[:5]}")
        if leaked := self.queue.leaked_keys():
            yield Finding(f"keys without a TTL that docs/wire.md does not declare: {leaked}")

    def first_seen(self, job_id: str) -> float:
        """When its result was first seen."""
        first = self.account.jobs[job_id].first
        assert first is not None, self.account.explain(job_id)
        return first.at

    def pending_of(self, member: Member) -> set[tuple[str, str]]:
        """The entries in this worker's name, with their lanes."""
        return pending_of(self.queue.redis, member.consumer) if member.consumer else set()

    def end(self) -> None:
        """Ends every process, however the scenario ended."""
        for producer in self.producers:
            producer.stop()
        self.fleet.end()
        self.watcher.stopping.set()
        self.watcher.thread.join(5)
        self.redis.stop()
        self.servers.heal()

    def assert_no_sanitizer_report(self) -> None:
        reports = sanitizer_reports(self.folder)
        assert not reports, f"{len(reports)} processes with sanitizer reports:\n" + "\n".join(reports)[:8_000]
