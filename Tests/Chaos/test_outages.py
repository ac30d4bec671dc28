"""Qdrant and the embedding service go away, stumble and lie: jobs wait, none is lost, none pays for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from chaos.fixtures import MakeProxy, MakeScene
from chaos.judge import attempts, attempts_are_one
from chaos.proxy import Break, FaultProxy
from chaos.scene import Scene
from chaos.servers import ServerName
from harness.engines import Name

WORKERS = 3
RECOVERY_SECONDS = 120.0
# Of the workers for a call to either server; what hangs, hangs longer.
TIMEOUT = "1s"
TIMEOUTS = {"MEMOIR_QDRANT_TIMEOUT": TIMEOUT, "MEMOIR_EMBEDDINGS_TIMEOUT": TIMEOUT}
# Of all requests those that a fault hits, unless it hits all.
SOME = 0.3


@dataclass(frozen=True)
class Fault:
    """One kind of trouble: of the server itself, or of the connection to it."""

    name: str
    server: Mapping[str, object] = field(default_factory=dict)
    connection: Break | None = None
    share: float = SOME


COMMON = (
    Fault("429 with Retry-After", {"status": 429, "retry_after": 1}, share=1.0),
    Fault("500", {"status": 500}),
    Fault("503 with Retry-After", {"status": 503, "retry_after": 1}),
    Fault("hangs", {"kind": "hang"}),
    Fault("malformed JSON", {"kind": "malformed"}),
    Fault("truncated JSON", {"kind": "truncated"}),
    Fault("reset in mid-body", connection="reset"),
    Fault("closed in mid-body", connection="cut"),
    Fault("swallowed", connection="swallow"),
)
FAULTS: dict[ServerName, tuple[Fault, ...]] = {
    "qdrant": COMMON,
    "embeddings": (
        *COMMON,
        Fault("a vector too few", {"kind": "wrong_count"}),
        Fault("vectors too short", {"kind": "wrong_dimensions"}),
        Fault("NaN", {"kind": "nan"}),
    ),
}
VARIABLES: dict[ServerName, str] = {"qdrant": "QDRANT_URL", "embeddings": "OPENAI_BASE_URL"}


@pytest.mark.parametrize("name", ["qdrant", "embeddings"])
def test_outage_costs_no_attempt(name: Name, make_scene: MakeScene) -> None:
    scene = make_scene(f"outage-{name}")
    away = scene.scale.pick(5, 60)
    rate = scene.scale.pick(60, 100)
    scene.fleet.start(WORKERS)
    scene.produce(scene.plan.jobs(int(rate * (away + 4))), rate=rate)
    scene.sleep(2)
    scene.servers.engines.kill(name)
    scene.account.note(f"{name} killed")
    scene.sleep(away)
    scene.servers.engines.restart(name)
    back = scene.account.note(f"{name} answers")

    findings = scene.finish(seconds=RECOVERY_SECONDS)
    answered = max(job.first.at for job in scene.account.accepted() if job.first) - back
    scene.report(f"{len(scene.account.accepted())} jobs, {away:.0f} s away, all done {answered:.1f} s after its return")
    scene.account.judge([*findings, *attempts_are_one(scene.account)])


@pytest.mark.parametrize("name", ["qdrant", "embeddings"])
def test_storm_of_faults(name: ServerName, make_scene: MakeScene, make_proxy: MakeProxy) -> None:
    """All faults one after the other, in an order that the seed draws, while jobs keep coming."""
    scene = make_scene(f"storm-{name}")
    proxy = make_proxy(name)
    seconds = scene.scale.pick(1.5, 20)
    rate = scene.scale.pick(60, 100)
    faults = list(FAULTS[name])
    scene.plan.faults.shuffle(faults)
    scene.fleet.start(WORKERS, {**TIMEOUTS, VARIABLES[name]: proxy.url})
    scene.produce(scene.plan.jobs(int(rate * seconds * len(faults))), rate=rate)
    for fault in faults:
        begin(fault, scene, proxy, name, seconds)
        scene.sleep(seconds)
    scene.servers.command(name, "_ok")
    proxy.heal()
    scene.account.note("all faults are over")

    findings = scene.finish(seconds=RECOVERY_SECONDS)
    accepted = len(scene.account.accepted())
    scene.report(f"{accepted} jobs, {proxy.broken} connections broken, attempts {attempts(scene.account)}")
    scene.account.judge(findings)


def begin(fault: Fault, scene: Scene, proxy: FaultProxy, name: ServerName, seconds: float) -> None:
    """Ends the fault before and begins this one."""
    seed = scene.plan.faults.randrange(1 << 31)
    scene.account.note(f"{name}: {fault.name}, {fault.share:.0%} of all requests, for {seconds:.1f} s")
    scene.servers.command(name, "_ok")
    proxy.heal()
    if fault.connection is not None:
        proxy.trouble_for(seconds, fault.connection, share=fault.share, seed=seed)
    else:
        scene.servers.fail(name, seconds=seconds, share=fault.share, seed=seed, **fault.server)
