"""`memoir doctor` on real engines: a healthy installation, and each thing that can be wrong with one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.engines import Engines, Name
from harness.queue import Queue
from harness.store import Store

API_KEYS = True

HEALTHY, FAILED = 0, 1
COLLECTIONS = ("packages", "notes")
WRONG_KEY = "sk-this-key-is-not-the-right-one-0123"


class Report:
    """What `doctor --json` says."""

    def __init__(self, answer: memoir.Answer) -> None:
        self.document: dict[str, Any] = answer.json()
        self.findings: list[dict[str, Any]] = self.document["findings"]

    def of(self, check: str) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["check"] == check]

    def severities(self, check: str) -> list[str]:
        return [finding["severity"] for finding in self.of(check)]

    def remedies(self, check: str) -> list[str]:
        return [line for finding in self.of(check) for line in finding["remedy"]]

    def failures(self) -> set[str]:
        return {finding["check"] for finding in self.findings if finding["severity"] == "failure"}


def doctor(env: Environment, *options: str, status: int) -> Report:
    answer = memoir.run("doctor", "--json", *options, env=env).expect(status)
    report = Report(answer)
    assert report.document["ok"] == (status == HEALTHY)
    assert report.document["failures"] == sum(each["severity"] == "failure" for each in report.findings)
    assert report.document["warnings"] == sum(each["severity"] == "warning" for each in report.findings)
    for finding in report.findings:
        assert bool(finding["remedy"]) == (finding["severity"] in ("warning", "failure")), finding
    return report


def secrets(env: Environment) -> list[str]:
    found = [env[name] for name in ("QDRANT_API_KEY", "OPENAI_API_KEY", "REDIS_PASSWORD") if env.get(name)]
    _, at, _ = env["REDIS_URL"].rpartition("@")
    if at:
        found.append(env["REDIS_URL"].rpartition("@")[0].rpartition(":")[2])
    return found


@pytest.fixture
def filled(env: Environment, start_worker: StartWorker, tag: str) -> Iterator[None]:
    """Some memories in `notes`, and the worker that made them."""
    start_worker()
    for number in range(4):
        save = ("save", "--collection", "notes", "--key", f"{tag}-{number}", f"{tag} note number {number}")
        memoir.run(*save, env=env).expect(0)
    yield
    for number in range(4):
        memoir.run("forget", "--collection", "notes", "--key", f"{tag}-{number}", env=env).expect(0)


def test_healthy(env: Environment, filled: None) -> None:
    report = doctor(env, status=HEALTHY)
    names = [finding["check"] for finding in report.findings]
    for check in ("redis", "redis eviction", "clock", "groups", "qdrant", "embeddings", "model of notes"):
        assert report.severities(check) == ["ok"], report.of(check)
    for collection in COLLECTIONS:
        assert report.severities(f"collection {collection}") == ["ok"], report.of(f"collection {collection}")
    assert "made the 3 looked at" in report.of("model of notes")[0]["finding"]
    assert "1 run" in report.of("workers")[0]["finding"]
    assert names == [finding["check"] for finding in doctor(env, status=HEALTHY).findings], "the order is fixed"


def test_text_for_people(env: Environment) -> None:
    lines = memoir.run("doctor", env=env).expect(HEALTHY).output.splitlines()
    assert lines[-1].startswith("0 failures, ")
    findings = [line for line in lines[:-1] if not line.lstrip().startswith("$ ")]
    assert all(line.split()[0] in ("ok", "note", "warning", "failure") for line in findings)
    assert len(findings) >= 18


def test_offline_asks_the_provider_nothing(env: Environment, engines: Engines) -> None:
    engines.kill("embeddings")
    try:
        report = doctor(env, "--offline", status=HEALTHY)
        assert not report.of("embeddings") and not report.of("model of notes")
        assert doctor(env, status=FAILED).failures() == {"embeddings"}
    finally:
        engines.restart("embeddings")


def test_dimensions_that_differ(env: Environment) -> None:
    wrong = env | {"EMBEDDING_DIMENSIONS": str(int(env["EMBEDDING_DIMENSIONS"]) + 8)}
    report = doctor(wrong, "--offline", status=FAILED)
    assert report.failures() == {f"collection {name}" for name in COLLECTIONS}
    assert f"export EMBEDDING_DIMENSIONS={env['EMBEDDING_DIMENSIONS']} " in report.remedies("collection notes")[0]
    # Where the provider is not asked for a length it answers with its own.
    unasked = wrong | {"MEMOIR_EMBEDDINGS_SEND_DIMENSIONS": "never"}
    assert "embeddings" in doctor(unasked, status=FAILED).failures()


def test_another_model(env: Environment, filled: None, store: Store) -> None:
    """As if another model had made them: each text under a vector that is not its own."""
    path, everything = "/collections/notes/points", {"limit": 100, "with_vector": True, "with_payload": True}
    kept = store.ask("POST", f"{path}/scroll", everything)["points"]
    axis = [1.0] + [0.0] * (int(env["EMBEDDING_DIMENSIONS"]) - 1)
    store.ask("PUT", f"{path}?wait=true", {"points": [point | {"vector": axis} for point in kept]})
    try:
        report = doctor(env, status=FAILED)
        assert report.failures() == {"model of notes"}
        assert "another model than" in report.of("model of notes")[0]["finding"]
    finally:
        store.ask("PUT", f"{path}?wait=true", {"points": kept})
    doctor(env, status=HEALTHY)


def test_missing_collection_and_index_are_mended_by_what_it_says(env: Environment, store: Store) -> None:
    store.ask("DELETE", "/collections/packages")
    store.ask("DELETE", "/collections/notes/index/author?wait=true")
    report = doctor(env, status=FAILED)
    assert report.failures() == {"collection packages"}
    assert report.severities("collection notes") == ["warning"]
    assert "author" in report.of("collection notes")[0]["finding"]
    for collection in COLLECTIONS:
        command = report.remedies(f"collection {collection}")[0]
        assert shlex.split(command)[0] == "memoir"
        memoir.run(*shlex.split(command)[1:], env=env).expect(0)
    mended = doctor(env, status=HEALTHY)
    assert mended.severities("collection notes") == ["ok"]


@pytest.mark.parametrize(
    ("variable", "check"),
    [("QDRANT_API_KEY", "qdrant"), ("OPENAI_API_KEY", "embeddings")],
)
def test_wrong_key(env: Environment, variable: str, check: str) -> None:
    wrong = env | {variable: WRONG_KEY}
    report = doctor(wrong, status=FAILED)
    assert report.failures() == {check}
    assert any(variable in line for line in report.remedies(check)), report.of(check)


@pytest.mark.parametrize("name", ["redis", "qdrant"])
def test_engine_that_is_away_is_a_failure_and_the_others_are_examined(
    env: Environment, engines: Engines, name: Name
) -> None:
    engines.kill(name)
    try:
        report = doctor(env, status=FAILED)
        assert report.failures() == {name}
        examined = {finding["check"] for finding in report.findings}
        assert {"redis", "qdrant", "embeddings"} <= examined
        assert not any(check.startswith(f"{name} ") for check in examined)
    finally:
        engines.restart(name)


def test_worker_that_was_killed(env: Environment, queue: Queue) -> None:
    """A consumer that holds an entry and gives no sign of life."""
    lane = wire.lane_key("bulk")
    queue.redis.xadd(lane, {"v": "1"})
    queue.redis.xreadgroup(wire.GROUP, "host-killed", {lane: ">"})
    try:
        report = doctor(env, status=HEALTHY)
        assert "warning" in report.severities("workers")
        assert "host-killed is gone" in report.of("workers")[0]["finding"]
        assert report.remedies("workers")[0] == "memoir worker"
    finally:
        queue.redis.xtrim(lane, maxlen=0)
        queue.redis.xgroup_delconsumer(lane, wire.GROUP, "host-killed")


def test_eviction_is_mended_by_what_it_says(env: Environment, queue: Queue) -> None:
    queue.redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        report = doctor(env, status=FAILED)
        assert report.failures() == {"redis eviction"}
        words = shlex.split(report.remedies("redis eviction")[0])
        queue.redis.execute_command(*words[words.index("CONFIG") :])
        doctor(env, status=HEALTHY)
    finally:
        queue.redis.config_set("maxmemory-policy", "noeviction")


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOG_LEVEL", "trace"),
        ("QDRANT_API_KEY", WRONG_KEY),
        ("OPENAI_API_KEY", WRONG_KEY),
        ("REDIS_URL", f"redis://ann:{WRONG_KEY}@127.0.0.1:1/0"),
        ("QDRANT_URL", f"http://ann:{WRONG_KEY}@127.0.0.1:1"),
    ],
)
def test_no_secret_shows(env: Environment, variable: str, value: str, options: tuple[str, ...]) -> None:
    changed = env | {variable: value}
    answer = memoir.run("doctor", *options, env=changed)
    assert answer.output + answer.errors
    for secret in [WRONG_KEY, *secrets(env)]:
        assert secret not in answer.output + answer.errors
