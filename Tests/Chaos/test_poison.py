"""A job that kills whichever worker runs it is buried after some deliveries, and no other job suffers for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from chaos.account import Finding
from chaos.fixtures import MakeScene
from chaos.orphans import holder_of
from chaos.plan import COLLECTION, Planned
from chaos.scene import Scene
from harness import wire
from harness.wire import Job

WORKERS = 3
RATE = 20.0
MARK = "this-text-kills-its-worker"
# The model takes so long for the marked text that its holder is found before it is done.
MARKED_SECONDS = 3.0
# With `worker.maximumDeliveries` at its default of 5.
MOST_KILLS = 6
DEADLINE_SECONDS = 100.0
POLL_SECONDS = 0.05


def test_a_job_that_kills_its_workers(make_scene: MakeScene) -> None:
    scene = make_scene("poison")
    scene.servers.delay("embeddings", MARKED_SECONDS, contains=MARK)
    scene.fleet.start(WORKERS)
    load = scene.produce(scene.plan.jobs(10_000, forgets=False), rate=RATE)
    scene.sleep(1)
    marked = Job("save", wire.save(f"{scene.tag}-marked", MARK, collection=COLLECTION, key="marked").fields)
    scene.produce([Planned(marked, expected="poison")], rate=10)

    began = time.monotonic()
    kills = 0
    while not scene.account.has_result(marked.id) and time.monotonic() - began < DEADLINE_SECONDS:
        kills += kill_holder(scene, marked)
        time.sleep(POLL_SECONDS)
    load.stop()
    scene.report(f"the marked job killed {kills} workers in {time.monotonic() - began:.0f} s")
    scene.account.judge([*scene.finish(seconds=60), *enough(kills)])


def kill_holder(scene: Scene, marked: Job) -> int:
    name = holder_of(scene.queue.redis, marked.lane, marked.id)
    holder = next((member for member in scene.fleet.members if member.consumer == name), None)
    if holder is None:
        return 0
    scene.account.jobs[marked.id].moves.append((scene.account.now(), f"held by {name}, which is killed"))
    scene.fleet.kill(holder)
    scene.fleet.start(wait=False)
    return 1


def enough(kills: int) -> Iterator[Finding]:
    if kills > MOST_KILLS:
        yield Finding(f"{kills} workers had to die before the job was buried")
