"""Redis is killed under load and started again: what it promised to keep is there, and workers go on by themselves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from chaos.account import Finding, JobAccount
from chaos.fixtures import MakeScene
from chaos.plan import Planned
from chaos.redis_server import Synced
from chaos.scene import POLL_SECONDS, Scene

WORKERS = 3
EMBEDDING_SECONDS = 0.1
# From the return of Redis until the first result.
RESUME_SECONDS = 3.0
WAIT_SECONDS = 30.0
# Of an empty queue: so long must it stay empty before what has no result counts as lost.
IDLE_SECONDS = 1.0

Window = tuple[float, float]


@pytest.mark.parametrize("synced", ["always", "everysec"])
def test_redis_killed_under_load(synced: Synced, make_scene: MakeScene) -> None:
    """With `everysec` the kill is a power cut: what was written to the file but not synced is gone as well."""
    scene = make_scene(f"redis-{synced}", synced=synced)
    scene.servers.delay("embeddings", EMBEDDING_SECONDS)
    scene.fleet.start(WORKERS)
    # No job waits for another's result here, which may be lost for good.
    jobs = scene.plan.jobs(scene.scale.count(1_200, 20_000), forgets=False)
    producer = scene.produce(jobs, rate=scene.scale.pick(120, 250))
    windows: list[Window] = []
    findings: list[Finding] = []
    dice = scene.plan.faults
    for _ in range(int(scene.scale.pick(2, 8))):
        scene.sleep(dice.uniform(1.5, 3))
        windows.append(kill_redis(scene, cut=synced == "everysec", seconds=dice.uniform(0.2, 0.9)))
        scene.sleep(dice.uniform(0.3, scene.scale.pick(2, 10)))
        findings += resume(scene)

    scene.wait("the producer", lambda: producer.done, seconds=scene.scale.pick(60, 300))
    wait_until_idle(scene)
    if synced == "everysec":
        findings += name_the_lost(scene, windows)
    else:
        windows = []
    findings += scene.finish(seconds=60, may_come_twice=lambda job: is_excused(job, windows))
    scene.account.judge(findings)


def kill_redis(scene: Scene, *, cut: bool, seconds: float) -> Window:
    """Kills Redis; answers the time of which it may have lost what it acknowledged."""
    size = scene.redis.journal().stat().st_size
    begin = scene.account.note(f"the journal has {size} bytes")
    scene.sleep(seconds)
    end = scene.redis.kill()
    if cut:
        scene.redis.cut_journal(size)
    # What was acknowledged while the file's size was asked for may be on either side.
    return begin - POLL_SECONDS, end + POLL_SECONDS


def resume(scene: Scene) -> Iterator[Finding]:
    scene.redis.start()
    back = scene.account.now()
    scene.wait(
        "a result after Redis returned", lambda: scene.account.first_reply_after(back) is not None, seconds=WAIT_SECONDS
    )
    first = scene.account.first_reply_after(back)
    assert first is not None
    scene.report(f"first result {first - back:.2f} s after Redis returned")
    if scene.scale.judges_times and first - back > RESUME_SECONDS:
        yield Finding(f"workers resumed {first - back:.1f} s after Redis returned at {back:.1f} s")


def wait_until_idle(scene: Scene) -> None:
    """Until nothing is left in Redis and, whatever has no result by then, none is coming."""
    empty_since = [time.monotonic()]

    def idle() -> bool:
        if any((*scene.queue.depths().values(), scene.queue.delayed())):
            empty_since[0] = time.monotonic()
        return time.monotonic() - empty_since[0] >= IDLE_SECONDS

    scene.wait("the queue to be idle", idle, seconds=120)


def within(at: float | None, windows: list[Window]) -> bool:
    return at is not None and any(begin <= at <= end for begin, end in windows)


def is_excused(job: JobAccount, windows: list[Window]) -> bool:
    """Redis has lost its first result, or the job itself: the result may come again, be changed or be gone."""
    unsafe = [sent.at for sent in job.sends if sent.entry]
    return (job.first is not None and within(job.first.at, windows)) or all(within(at, windows) for at in unsafe)


def name_the_lost(scene: Scene, windows: list[Window]) -> Iterator[Finding]:
    """What Redis acknowledged and lost: jobs without a result, and results that were there and are gone.

    They are sent again, as their producer would once it misses them.
    """
    account = scene.account
    scene.watcher.read_again()
    lost = [account.jobs[job_id] for job_id in account.waiting()]
    vanished = [job for job in account.accepted() if job.first and job.last and job.last.raw is None]
    now = account.now()
    for what, jobs in (("job", lost), ("result", vanished)):
        for job in jobs:
            job.moves.append((now, f"its {what} is lost by Redis"))
        scene.report(f"{len(jobs)} {what}s that Redis acknowledged and then lost: {[job.id for job in jobs[:4]]}")
    for job in (*lost, *vanished):
        if not all(within(sent.at, windows) for sent in job.sends if sent.entry):
            yield Finding("lost, though acknowledged before the time that Redis lost", (job.id,))
    scene.produce([Planned(job.job, job.expected) for job in (*lost, *vanished)], rate=500)
