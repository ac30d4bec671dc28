"""A worker is stopped by SIGSTOP for longer than its heartbeat lives, and wakes up: what it does then is too late."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.account import Finding
from chaos.fixtures import MakeScene
from chaos.judge import text_fields
from chaos.plan import Planned
from chaos.scene import Scene
from harness.wire import Job

WORKERS = 3
EMBEDDING_SECONDS = 0.7
RATE = 150.0
HELD = 10
# For the woken worker to do what it was about to do.
AFTERMATH_SECONDS = 3.0


def test_a_worker_that_wakes_up_changes_nothing(make_scene: MakeScene) -> None:
    scene = make_scene("frozen-worker")
    asleep = scene.scale.pick(12, 60)
    scene.servers.delay("embeddings", EMBEDDING_SECONDS)
    sleeper, *_ = scene.fleet.start(WORKERS)
    scene.produce(scene.plan.jobs(scene.scale.count(1_500, 9_000), forgets=False), rate=RATE)
    scene.wait("the worker to hold some jobs", lambda: len(scene.pending_of(sleeper)) >= HELD, seconds=30)
    scene.fleet.freeze(sleeper)
    held = [scene.account.by_entry[entry] for entry in sorted(scene.pending_of(sleeper))]
    for job_id in held:
        scene.account.jobs[job_id].moves.append((scene.account.now(), f"held by {sleeper.name} when it was frozen"))
    newer = list(newer_saves(scene, held))
    scene.produce(newer, rate=RATE)
    scene.sleep(asleep)

    findings = list(taken_over(scene, [*held, *(planned.job.id for planned in newer)], asleep))
    scene.fleet.thaw(sleeper)
    scene.sleep(AFTERMATH_SECONDS)
    findings += scene.finish(seconds=60)
    scene.report(f"{len(held)} jobs held by the frozen worker, {len(newer)} newer saves, {asleep:.0f} s asleep")
    scene.account.judge(findings)


def newer_saves(scene: Scene, held: list[str]) -> Iterator[Planned]:
    """A newer save of each key that the sleeper was about to save, sent when the older one has been answered."""
    for job_id in held:
        older = scene.account.jobs[job_id].job
        fields = text_fields(older)
        if fields["type"] == "save" and "key" in fields and "content" in fields:
            newer = Job("save", {**older.fields, "id": f"{job_id}-newer", "content": f"newer: {fields['content']}"})
            yield Planned(newer, after=job_id)


def taken_over(scene: Scene, jobs: list[str], asleep: float) -> Iterator[Finding]:
    missing = tuple(job for job in jobs if not scene.account.has_result(job))
    if not jobs:
        yield Finding("the frozen worker held nothing: this run has shown nothing")
    if missing and scene.scale.judges_times:
        yield Finding(f"no other worker had answered it after {asleep:.0f} s", missing)
