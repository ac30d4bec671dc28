"""A worker is asked to stop under load: it is gone by its deadline, and what it left undone runs elsewhere at once."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.account import Finding
from chaos.fixtures import MakeProxy, MakeScene
from chaos.fleet import Member
from chaos.scene import Scene

DRAIN_SECONDS = 3.0
# Beyond the drain deadline, to leave what is left to others and to end.
GRACE_SECONDS = 5.0
# Below the time after which a worker that gives no sign of life counts as dead.
AT_ONCE_SECONDS = 3.0
HELD = 50
STUCK_SECONDS = 3_600


def test_stop_with_work_that_cannot_be_finished(make_scene: MakeScene, make_proxy: MakeProxy) -> None:
    """One worker's embedding service never answers it, so that it has to leave whatever it took."""
    scene = make_scene("stop")
    proxy = make_proxy("embeddings")
    proxy.trouble_for(STUCK_SECONDS, "swallow")
    changes = {"OPENAI_BASE_URL": proxy.url, "MEMOIR_WORKER_DRAIN_DEADLINE": f"{DRAIN_SECONDS:.0f}s"}
    (stuck,) = scene.fleet.start(1, changes)
    producer = scene.produce(scene.plan.jobs(scene.scale.count(900, 6_000), forgets=False), rate=150)
    scene.wait("the worker to hold some jobs", lambda: len(scene.pending_of(stuck)) >= HELD, seconds=30)
    scene.fleet.start(2)
    scene.sleep(1)
    assert not producer.done, "the load was over before the worker was stopped"
    held = {scene.account.by_entry[entry] for entry in scene.pending_of(stuck)}

    findings = list(stop(scene, stuck, held))
    scene.account.judge([*findings, *scene.finish(seconds=60)])


def stop(scene: Scene, stuck: Member, held: set[str]) -> Iterator[Finding]:
    status, began, ended = scene.fleet.terminate(stuck, seconds=DRAIN_SECONDS + 60)
    if status != 0:
        yield Finding(f"it ended with status {status}")
    if scene.scale.judges_times and ended - began > DRAIN_SECONDS + GRACE_SECONDS:
        yield Finding(f"it took {ended - began:.1f} s to end, its deadline being {DRAIN_SECONDS:.0f} s")

    scene.wait("the results of what it left", lambda: all(scene.account.has_result(job) for job in held), seconds=60)
    # Others may have taken it over, and be done, before its process is gone.
    waits = {job: max(0.0, scene.first_seen(job) - ended) for job in held}
    slowest = max(waits, key=lambda job: waits[job])
    scene.report(
        f"ended {ended - began:.2f} s after SIGTERM (deadline {DRAIN_SECONDS:.0f} s) holding {len(held)} jobs, "
        f"all answered {waits[slowest]:.2f} s later"
    )
    if scene.scale.judges_times and waits[slowest] > AT_ONCE_SECONDS:
        yield Finding(f"left to others, and answered only {waits[slowest]:.1f} s later", (slowest,))


def test_rolling_restart(make_scene: MakeScene) -> None:
    """Every worker is replaced in turn under load, as in an update."""
    scene = make_scene("rolling-restart")
    scene.servers.delay("embeddings", 0.2)
    scene.fleet.start(2)
    scene.produce(scene.plan.jobs(scene.scale.count(900, 6_000)), rate=150)
    findings = []
    for _ in range(int(scene.scale.pick(3, 12))):
        scene.sleep(1)
        scene.fleet.start()
        status, began, ended = scene.fleet.terminate(scene.fleet.members[0], seconds=60)
        if status != 0:
            findings.append(Finding(f"a worker ended with status {status}"))
        scene.report(f"ended {ended - began:.2f} s after SIGTERM")
    scene.account.judge([*findings, *scene.finish(seconds=60)])
