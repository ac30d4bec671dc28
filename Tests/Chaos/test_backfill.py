"""A table is poured in while everything that takes part is killed: each row is remembered once, and embedded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from chaos.account import Finding
from chaos.fixtures import MakeScene
from chaos.judge import all_points
from chaos.scene import Scene
from harness.database import Database
from harness.engines import Engines, running
from harness.source import MAPPING, Running, Source, source_of
from harness.status import OK

WORKERS = 2
SHORT_ROWS, LONG_ROWS = 20_000, 200_000
# Without any trouble; so that the kills fall into it.
SHORT_SECONDS, LONG_SECONDS = 20, 240
SHORT_KILLS, LONG_KILLS = 8, 60
# From one kill to the next, and of a server until it is started again.
PAUSE_SECONDS = (0.5, 2.0)
AWAY_SECONDS = (0.1, 1.5)
# Of a backfill that was killed others think for some seconds that it lives.
REFUSED_SECONDS = 1.0
LAST_SECONDS = 180.0
# Texts that may be embedded, by rows; and in a short run, of which a kill is a large part, those of the calls whose
# answers died with the worker that waited for them, for each kill of one: as many as go out at once, of so many texts
# each.
MOST_TEXTS = 1.01
CALLS_IN_FLIGHT = 4
TEXTS_IN_FLIGHT = CALLS_IN_FLIGHT * 256
NAMED = 5

VICTIMS = ("backfill", "worker", "redis", "postgres")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Engines]:
    with running("stub", only=["postgres"]) as started:
        yield started


def test_everything_is_killed(make_scene: MakeScene, postgres: Engines) -> None:
    # What Redis has acknowledged and then lost is embedded again, with need; how much that is, the disk decides.
    scene = make_scene("backfill", synced="always")
    rows = scene.scale.rows or int(scene.scale.pick(SHORT_ROWS, LONG_ROWS))
    seconds = scene.scale.pick(SHORT_SECONDS, LONG_SECONDS)
    database = Database(postgres)
    source = Source(scene.tag.replace("-", "_"), scene.folder / "config", database, scene.env, scene.store)
    source.create()
    source.fill(rows)
    source.configure({**MAPPING, "tenant": "tenant_id", "key": "{tenant_id}/{number}"})
    scene.fleet.env = dict(source.env)
    scene.fleet.start(WORKERS)
    texts = scene.servers.engines.embedded()["texts"]

    pouring = Pouring(scene, source, rate=int(rows / seconds))
    pouring.start("--all")
    try:
        pouring.running.wait_for("progress")
        disturb(scene, database, pouring)
        pouring.finish()
    finally:
        pouring.end()
    embedded = scene.servers.engines.embedded()["texts"] - texts
    scene.report(f"{rows} rows in {pouring.runs} runs, {embedded} texts embedded")
    scene.account.judge(
        [
            *each_row_once(scene, source, rows),
            *embedded_once(embedded, rows, 0 if rows >= LONG_ROWS else SHORT_KILLS // len(VICTIMS)),
            *scene.settled(60),
            *buried(scene),
        ]
    )


class Pouring:
    """The backfill, which is taken up again whenever it has ended before its time."""

    def __init__(self, scene: Scene, source: Source, *, rate: int) -> None:
        self.scene = scene
        self.source = source
        self.rate = str(rate)
        self.runs = 0
        self.is_finished = False
        self.running: Running

    def start(self, *selection: str) -> None:
        self.running = self.source.start(*selection, "--yes", "--rate", self.rate)
        self.runs += 1
        self.scene.account.note(f"backfill {' '.join(selection)} started, pid {self.running.process.pid}")

    def keep_going(self) -> None:
        """Takes it up where it has ended, and not by its end."""
        status = self.running.process.poll()
        if status is None or self.is_finished:
            return
        answer = self.running.finish()
        self.scene.account.note(f"backfill ended with {status}: {answer.errors.strip()[-300:]}")
        if status == OK:
            self.is_finished = True
            return
        self.running.end()
        self.scene.sleep(REFUSED_SECONDS)
        self.start("--resume")

    def kill(self) -> None:
        self.running.kill()
        self.scene.account.note("backfill killed")
        self.running.end()
        self.start("--resume")

    def finish(self) -> None:
        def done() -> bool:
            self.keep_going()
            return self.is_finished

        self.scene.wait("the backfill to finish", done, seconds=LAST_SECONDS + self.scene.scale.pick(0, LONG_SECONDS))

    def end(self) -> None:
        self.running.end()


def disturb(scene: Scene, database: Database, pouring: Pouring) -> None:
    """Kills one after the other, all of them equally often, in an order and at times that the seed draws."""
    dice = scene.plan.faults
    victims = list(VICTIMS) * (int(scene.scale.pick(SHORT_KILLS, LONG_KILLS)) // len(VICTIMS))
    dice.shuffle(victims)
    for victim in victims:
        scene.sleep(dice.uniform(*PAUSE_SECONDS))
        pouring.keep_going()
        if pouring.is_finished:
            scene.report(f"the backfill was over before the last kills, of {len(victims)}")
            return
        match victim:
            case "backfill":
                pouring.kill()
            case "worker":
                scene.fleet.kill(dice.choice(scene.fleet.members))
                scene.fleet.start(wait=False)
            case "redis":
                scene.redis.kill()
                scene.sleep(dice.uniform(*AWAY_SECONDS))
                scene.redis.start()
            case _:
                database.kill()
                scene.account.note("PostgreSQL killed")
                scene.sleep(dice.uniform(*AWAY_SECONDS))
                database.restart()
                scene.account.note("PostgreSQL answers")


def each_row_once(scene: Scene, source: Source, rows: int) -> Iterator[Finding]:
    """The keys and sources in the store are those of the table, each once, and the text is the row's."""
    payloads = [point["payload"] for point in all_points(scene.store, source.name)]
    found = Counter((each["_memoir"]["key"], each["_memoir"]["source"]) for each in payloads)
    wanted = {(f"tenant-{n % 2}/{n}", source_of(n)) for n in range(1, rows + 1)}
    for what, wrong in (
        ("missing", wanted - set(found)),
        ("not of any row", set(found) - wanted),
        ("doubled", {each for each, count in found.items() if count > 1}),
    ):
        if wrong:
            yield Finding(f"{len(wrong)} memories {what}: {sorted(wrong)[:NAMED]}")
    texts = [each for each in payloads if not each["content"].startswith(f"row {each['number']} of ")]
    if texts:
        yield Finding(f"{len(texts)} memories with another row's text: {texts[:NAMED]}")
    if len(payloads) != rows or scene.store.count(source.name) != rows:
        yield Finding(f"{len(payloads)} memories, counted {scene.store.count(source.name)}, of {rows} rows")


def embedded_once(embedded: int, rows: int, kills: int) -> Iterator[Finding]:
    if embedded > rows * MOST_TEXTS + kills * TEXTS_IN_FLIGHT:
        yield Finding(f"{embedded} texts were embedded for {rows} rows")


def buried(scene: Scene) -> Iterator[Finding]:
    if letters := scene.queue.dead_letters():
        yield Finding(f"{len(letters)} dead letters: {letters[:2]}")
