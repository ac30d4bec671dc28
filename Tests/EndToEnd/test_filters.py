"""Thousands of random filters, answered by the engine through Memoir, against what docs/wire.md says they mean.

The documents are spread over tenants, so that all that a filter can match fits into one answer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from harness import filter_maker, filter_model, memoir, wire
from harness.engines import Engines
from harness.memoir import Worker
from harness.queue import Queue

ENVIRONMENT = {"MEMOIR_CONFIG": str(memoir.FOLDER / "things" / "memoir.yaml")}
COLLECTION = "things"
QUERY = "whatever it is"
TENANTS = 16
THINGS_OF_EACH = 120
FILTERS = int(os.environ.get("MEMOIR_FILTERS", "1000"))
SEED = int(os.environ.get("MEMOIR_FILTERS_SEED", "1"))
JOBS_AT_ONCE = 200
SECONDS = 120
STEPS_OF_SHRINKING = 6
CANDIDATES_OF_A_STEP = 20
REPORTED = 3

Json = Any


@dataclass(frozen=True)
class Thing:
    point: str
    metadata: dict[str, Json]


Things = dict[str, dict[int, Thing]]


class Asker:
    """Sends filters as searches, and answers the numbers of the things that they found, or the error."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def ask(self, questions: list[tuple[str, Json]]) -> list[set[int] | str]:
        answers: list[set[int] | str] = []
        for some in chunks(questions, JOBS_AT_ONCE):
            prefix = uuid4().hex[:12]
            jobs = [
                wire.search(f"{prefix}-{number}", QUERY, collection=COLLECTION, top_k=1_000, filters=filters).changed(
                    tenant=tenant
                )
                for number, (tenant, filters) in enumerate(some)
            ]
            self.queue.push(jobs)
            results = self.queue.wait_for_results([job.id for job in jobs], seconds=SECONDS)
            self.queue.redis.delete(*(wire.result_key(job.id) for job in jobs))
            answers += [numbers(results[job.id]) for job in jobs]
        return answers


def chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def numbers(answer: dict[str, Json]) -> set[int] | str:
    if answer["status"] != "ok":
        return str(answer["error"]["message"])
    return {each["payload"]["n"] for each in answer["result"]["results"]}


@pytest.fixture(scope="module")
def asker(engines: Engines) -> Iterator[Asker]:
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield Asker(engines.queue())
    worker.end()


@pytest.fixture(scope="module")
def things(asker: Asker) -> Things:
    """By tenant and number."""
    random = Random(SEED)
    made = {
        f"tenant-{tenant}": {n: filter_maker.thing(random) | {"n": n} for n in range(THINGS_OF_EACH)}
        for tenant in range(TENANTS)
    }
    jobs = [
        wire.save(f"{tenant}-{n}", f"thing {n}", collection=COLLECTION, key=str(n), metadata=metadata).changed(
            tenant=tenant
        )
        for tenant, those in made.items()
        for n, metadata in those.items()
    ]
    asker.queue.push(jobs)
    results = asker.queue.wait_for_results([job.id for job in jobs], seconds=SECONDS)
    assert {result["status"] for result in results.values()} == {"ok"}, next(
        result for result in results.values() if result["status"] != "ok"
    )
    return {
        tenant: {n: Thing(results[f"{tenant}-{n}"]["result"]["id"], metadata) for n, metadata in those.items()}
        for tenant, those in made.items()
    }


Model = Callable[[Thing, Json], bool]


def simple(thing: Thing, filters: Json) -> bool:
    return filter_model.matches_simple(thing.metadata, filters, filter_maker.DECLARED)


def raw(thing: Thing, filters: Json) -> bool:
    return filter_model.matches_raw(thing.metadata, filters, thing.point)


def expected(things: Things, tenant: str, filters: Json, model: Model) -> set[int]:
    return {n for n, thing in things[tenant].items() if model(thing, filters)}


def compare(asker: Asker, things: Things, questions: list[tuple[str, Json]], model: Model) -> None:
    matched = 0
    wrong: list[tuple[str, Json]] = []
    for (tenant, filters), answer in zip(questions, asker.ask(questions), strict=True):
        wanted = expected(things, tenant, filters, model)
        matched += bool(wanted)
        if answer != wanted:
            wrong.append((tenant, filters))
    if wrong:
        wrong.sort(key=lambda each: len(json.dumps(each)))
        reports = [
            report(asker, things, tenant, shrink(asker, things, tenant, filters, model), model)
            for tenant, filters in wrong[:REPORTED]
        ]
        pytest.fail("\n".join([f"{len(wrong)} of {len(questions)} filters are answered wrongly", *reports]))
    # Filters that match nothing would show little.
    assert matched > len(questions) / 3, f"{matched} of {len(questions)} filters match anything"


def shrink(asker: Asker, things: Things, tenant: str, filters: Json, model: Model) -> Json:
    """A filter with fewer parts that is answered wrongly too."""
    for _ in range(STEPS_OF_SHRINKING):
        candidates = list(islice(filter_maker.smaller(filters), CANDIDATES_OF_A_STEP))
        answers = asker.ask([(tenant, each) for each in candidates])
        wrong = [
            each
            for each, answer in zip(candidates, answers, strict=True)
            if not isinstance(answer, str) and answer != expected(things, tenant, each, model)
        ]
        if not wrong:
            break
        filters = wrong[0]
    return filters


def report(asker: Asker, things: Things, tenant: str, filters: Json, model: Model) -> str:
    wanted = expected(things, tenant, filters, model)
    answer = asker.ask([(tenant, filters)])[0]
    lines = [f"seed {SEED}, {tenant}: {json.dumps(filters, ensure_ascii=False)}"]
    if isinstance(answer, str):
        return f"{lines[0]}\nrefused: {answer}"
    for title, those in (("found, but should not be", answer - wanted), ("not found", wanted - answer)):
        lines += [f"{title} ({len(those)}): {things[tenant][n].metadata}" for n in sorted(those)[:3]]
    return "\n".join(lines)


def test_payload_is_the_metadata_as_it_was_saved(asker: Asker, things: Things, engines: Engines) -> None:
    queue = asker.queue
    queue.push([wire.search("whole", QUERY, collection=COLLECTION, top_k=1_000).changed(tenant="tenant-0")])
    answer = queue.wait_for_results(["whole"], seconds=SECONDS)["whole"]
    payloads = {each["payload"]["n"]: each["payload"] for each in answer["result"]["results"]}
    assert len(payloads) == THINGS_OF_EACH
    for n, thing in things["tenant-0"].items():
        kept = {name: value for name, value in payloads[n].items() if name not in ("content", "_memoir")}
        assert kept == thing.metadata
        assert payloads[n]["content"] == f"thing {n}"


def test_simple_filters_mean_what_the_wire_says(asker: Asker, things: Things) -> None:
    random = Random(SEED + 1)
    questions = [(random.choice(sorted(things)), filter_maker.simple(random)) for _ in range(FILTERS)]
    print(f"seed {SEED}: {FILTERS} simple filters")
    compare(asker, things, questions, simple)


def test_raw_filters_mean_what_the_engine_documents(asker: Asker, things: Things) -> None:
    random = Random(SEED + 2)
    points = {tenant: [thing.point for thing in those.values()] for tenant, those in things.items()}
    tenants = [random.choice(sorted(things)) for _ in range(FILTERS)]
    print(f"seed {SEED}: {FILTERS} raw filters")
    compare(asker, things, [(tenant, filter_maker.raw(random, points[tenant])) for tenant in tenants], raw)
