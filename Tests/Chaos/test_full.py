"""Redis' disk or memory is full: producers are refused in plain words, workers keep what they hold and go on after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import redis
from chaos.account import Finding
from chaos.fixtures import MakeScene
from chaos.plan import COLLECTION
from chaos.producer import in_words
from chaos.scene import Scene
from harness import memoir, wire

WORKERS = 3
EMBEDDING_SECONDS = 0.1
SPARE_BYTES = 16 << 10
RATE = 100.0
# As memoir's commands end where a service cannot serve.
UNAVAILABLE = 69


def test_full_disk(make_scene: MakeScene) -> None:
    scene = make_scene("full-disk")

    def begin() -> None:
        scene.redis.fill_disk(SPARE_BYTES)

    run(scene, begin, scene.redis.free_disk, "MISCONF")


def test_full_memory(make_scene: MakeScene) -> None:
    scene = make_scene("full-memory")
    client = scene.redis.client()

    def begin() -> None:
        client.config_set("maxmemory", "1mb")
        scene.account.note("Redis may use 1 MB, which it exceeds already")

    def end() -> None:
        client.config_set("maxmemory", "0")
        scene.account.note("Redis may use all memory again")

    run(scene, begin, end, "OOM")


def run(scene: Scene, begin: Callable[[], None], end: Callable[[], None], code: str) -> None:
    seconds = scene.scale.pick(2, 30)
    scene.servers.delay("embeddings", EMBEDDING_SECONDS)
    scene.fleet.start(WORKERS)
    scene.produce(scene.plan.jobs(int(RATE * (seconds + 5))), rate=RATE)
    scene.sleep(2)
    begin()
    scene.wait(f"a refusal by {code}", lambda: refusals(scene, code), seconds=20)
    findings = list(refused_plainly(scene, code))
    scene.sleep(seconds)
    scene.fleet.assert_alive()
    end()
    findings += scene.finish(seconds=60)
    scene.report(f"{refusals(scene, code)} refusals by {code}, all jobs sent again and done")
    scene.account.judge(findings)


def refusals(scene: Scene, code: str) -> int:
    jobs = list(scene.account.jobs.values())
    return sum(1 for job in jobs for sent in job.sends if sent.error and code in sent.error)


def refused_plainly(scene: Scene, code: str) -> Iterator[Finding]:
    """A raw command gets Redis' own words, and `memoir save` repeats them."""
    try:
        scene.queue.redis.xadd(wire.lane_key("save"), {"v": "1"})
        yield Finding(f"a raw XADD was accepted, which should be refused by {code}")
    except redis.ResponseError as error:
        if code not in (said := in_words(error)):
            yield Finding(f"a raw XADD was refused otherwise: {said}")
    answer = memoir.run("save", "-c", COLLECTION, "--key", "refused", "a text without room", env=scene.env)
    said = f"status {answer.status}: {answer.errors.strip()[-500:]}"
    scene.account.note(f"memoir save: {said}")
    if answer.status != UNAVAILABLE or code not in answer.errors:
        yield Finding(f"`memoir save` should end with status {UNAVAILABLE} and name {code}; {said}")
