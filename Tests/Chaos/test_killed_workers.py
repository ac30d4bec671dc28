"""A random worker is killed every second, and another started: nothing is lost, nothing is done twice."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from chaos.account import Finding
from chaos.fixtures import MakeScene
from chaos.judge import attempts
from chaos.orphans import OrphanTracker
from chaos.scene import Scene

WORKERS = 3
KILL_SECONDS = 1.0
# An embedding service as slow as a real one, so that workers hold something when they die.
EMBEDDING_SECONDS = 0.25

# From a kill until the last job of the dead worker is somebody's again, with default settings.
MEDIAN_SECONDS = 6.0
LONGEST_SECONDS = 15.0


def test_a_worker_killed_every_second(make_scene: MakeScene) -> None:
    scene = make_scene("killed-workers")
    scene.servers.delay("embeddings", EMBEDDING_SECONDS)
    scene.fleet.start(WORKERS)
    tracker = OrphanTracker(scene.redis.client(), scene.account).start()
    jobs = scene.plan.jobs(scene.scale.count(3_000, 50_000))
    producer = scene.produce(jobs, rate=scene.scale.pick(150, 500))
    while not producer.has_sent_all_it_may:
        scene.sleep(KILL_SECONDS)
        victim = scene.plan.faults.choice(scene.fleet.members)
        at = scene.fleet.kill(victim)
        tracker.killed(victim.consumer, at)
        scene.fleet.start(wait=False)

    findings = scene.finish(seconds=scene.scale.pick(60, 300))
    tracker.stop()
    scene.report(f"{len(scene.account.accepted())} jobs, {tracker.report()}; attempts {attempts(scene.account)}")
    scene.account.judge([*findings, *orphans_ran_soon(scene, tracker)])


def orphans_ran_soon(scene: Scene, tracker: OrphanTracker) -> Iterator[Finding]:
    for kill in tracker.unsettled():
        jobs = tuple(scene.account.by_entry.get(entry, str(entry)) for entry in sorted(kill.remaining))
        yield Finding(f"still in the name of {kill.worker}, killed at {kill.at:.1f} s", jobs)
    times = [(kill.seconds, kill) for kill in tracker.kills if kill.seconds is not None]
    if not times:
        yield Finding("no kill has orphaned a job: this run has shown nothing")
    elif scene.scale.judges_times:
        seconds, slowest = max(times, key=lambda pair: pair[0])
        if seconds > LONGEST_SECONDS:
            last = max(slowest.left_at, key=lambda entry: slowest.left_at[entry])
            jobs = (scene.account.by_entry.get(last, str(last)),)
            yield Finding(f"after the kill of {slowest.worker} orphans waited {seconds:.1f} s", jobs)
        if (median := statistics.median(seconds for seconds, _ in times)) >= MEDIAN_SECONDS:
            yield Finding(f"the median from a kill to its last orphan's new owner is {median:.1f} s")
