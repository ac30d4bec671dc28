"""The commands as a person and a script use them: what they print, and how they end."""

from __future__ import annotations

import base64
import json
import math
import socket
import struct
from pathlib import Path
from typing import Any

import pytest
from conftest import Environment, StartWorker
from harness import memoir
from harness.engines import Engines, Name
from harness.queue import Queue
from harness.status import JOB_FAILED, MISCONFIGURED, OK, TRY_AGAIN, UNAVAILABLE, USAGE
from harness.store import Store

COMMANDS = (
    *("bootstrap", "worker", "save", "search", "embed", "forget", "stats", "doctor", "config", "version"),
    *("dead", "cancel", "pause", "resume"),
)


def result(answer: memoir.Answer) -> Any:
    """What `--json` prints of a job that went well: its whole result, as it stands in Redis."""
    envelope = answer.expect(OK).json()
    assert envelope["status"] == "ok"
    assert envelope["error"] is None
    assert set(envelope["timings_ms"]) == {"queued", "embedding", "store", "total"}
    return envelope["result"]


def save(env: Environment, content: str, *options: str, text: str | None = None) -> memoir.Answer:
    return memoir.run("save", "--collection", "notes", *options, "--", content, env=env, text=text)


@pytest.fixture
def no_redis(env: Environment) -> Environment:
    """An environment whose Redis is a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return env | {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}


# What each prints


def test_help_names_every_command(env: Environment) -> None:
    text = memoir.run("--help", env=env).expect(OK).output
    for command in COMMANDS:
        assert command in text
        memoir.run(command, "--help", env=env).expect(OK)


def test_version(env: Environment) -> None:
    plain = memoir.run("version", env=env).expect(OK).output.split()
    assert plain[0] == "memoir"
    assert memoir.run("version", "--json", env=env).expect(OK).json() == {"version": plain[1]}


def test_config_shows_sources_and_masks_secrets(env: Environment) -> None:
    secret = "sk-a-secret-that-nobody-may-see"
    keyed = env | {"OPENAI_API_KEY": secret, "QDRANT_API_KEY": secret, "REDIS_URL": f"redis://:{secret}@127.0.0.1:1/0"}
    for options in ((), ("--json",)):
        answer = memoir.run("config", *options, env=keyed).expect(OK)
        assert secret not in answer.output + answer.errors
        assert "EMBEDDING_DIMENSIONS" in answer.output
    assert json.loads(answer.output)


def test_bootstrap_may_be_run_again(env: Environment, store: Store) -> None:
    memoir.run("bootstrap", env=env).expect(OK)
    memoir.run("bootstrap", "--json", env=env).expect(OK).json()
    assert store.collections() == ["notes", "packages"]


def test_save_search_and_forget(env: Environment, start_worker: StartWorker, store: Store, tag: str) -> None:
    start_worker()
    before = store.count("notes")
    text = f"The dentist moved to Thursday {tag}"
    saved = result(save(env, text, "--key", tag, "--metadata", '{"author": "Ada", "number": 7}', "--json"))
    assert saved["deduped"] is False
    again = result(save(env, text, "--key", tag, "--metadata", '{"author": "Ada", "number": 7}', "--json"))
    assert again == {"id": saved["id"], "deduped": True}
    assert store.count("notes") == before + 1

    found = result(memoir.run("search", "--collection", "notes", "--json", "--", text, env=env))
    hit = found["results"][0]
    assert hit["id"] == saved["id"]
    assert hit["score"] == pytest.approx(1.0, abs=0.01)
    assert hit["payload"]["content"] == text
    assert (hit["payload"]["author"], hit["payload"]["number"]) == ("Ada", 7)
    plain = memoir.run("search", "--collection", "notes", "--", text, env=env).expect(OK)
    assert text in plain.output

    filtered = ("search", "--collection", "notes", "--json", "--filters")
    assert len(result(memoir.run(*filtered, '{"author": "Ada"}', "--", text, env=env))["results"]) >= 1
    assert result(memoir.run(*filtered, '{"author": "Nobody"}', "--", text, env=env)) == {"results": []}

    forgotten = result(memoir.run("forget", "--collection", "notes", "--key", tag, "--json", env=env))
    assert forgotten == {"forgotten": 1}
    assert store.count("notes") == before


def test_embed_in_both_formats(env: Environment, start_worker: StartWorker) -> None:
    start_worker()
    numbers = result(memoir.run("embed", "rail travel", "--json", env=env))
    assert numbers["dimensions"] == len(numbers["embedding"]) == int(env["EMBEDDING_DIMENSIONS"])
    assert math.isclose(math.fsum(each * each for each in numbers["embedding"]), 1, abs_tol=0.01)
    assert numbers["model"] == env["EMBEDDING_MODEL"]
    assert numbers["tokens"] > 0

    packed = result(memoir.run("embed", "rail travel", "--encoding-format", "base64", "--json", env=env))
    raw = base64.b64decode(packed["embedding"])
    assert struct.unpack(f"<{packed['dimensions']}f", raw) == pytest.approx(numbers["embedding"], abs=1e-6)


def test_content_from_standard_input(env: Environment, start_worker: StartWorker, store: Store, tag: str) -> None:
    start_worker()
    text = f"Zeile eins: Überweisung {tag}\nline two: 東京\n"
    point = result(save(env, "-", "--key", tag, "--json", text=text))["id"]
    stored = {each["id"]: each["payload"]["content"] for each in store.points("notes", 1_000)}
    assert stored[point].strip() == text.strip()


def test_no_wait_prints_the_job_id(env: Environment, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    answer = save(env, "for later", "--no-wait", "--id", tag).expect(OK)
    assert answer.output.split() == [tag]
    given = save(env, "for later", "--no-wait").expect(OK).output.strip()
    assert queue.depths()["save"] == 2
    assert queue.result(tag) is None
    start_worker()
    results = queue.wait_for_results([tag, given], seconds=30)
    assert {each["status"] for each in results.values()} == {"ok"}


def test_stats(env: Environment, start_worker: StartWorker, queue: Queue, tag: str) -> None:
    save(env, "waiting", "--no-wait", "--lane", "bulk", "--id", tag).expect(OK)
    stats = memoir.run("stats", "--json", env=env).expect(OK).json()
    assert set(stats["lanes"]) == {"search", "save", "embed", "bulk"}
    for lane in ("search", "save", "embed", "bulk"):
        assert lane in memoir.run("stats", env=env).expect(OK).output
    start_worker()
    queue.wait_for_results([tag], seconds=30)


# How each ends


def test_job_that_fails_is_1(env: Environment, start_worker: StartWorker) -> None:
    start_worker()
    answer = memoir.run("search", "--collection", "note", "anything", env=env).expect(JOB_FAILED)
    assert "notes" in answer.errors, "the nearest collection is named"
    assert answer.output == ""
    printed = memoir.run("search", "--collection", "note", "--json", "anything", env=env).expect(JOB_FAILED).json()
    assert printed["status"] == "error"
    assert printed["error"]["code"] == "invalid_job"


@pytest.mark.parametrize(
    "arguments",
    [
        ["remember"],
        ["save", "a text without a collection"],
        ["save", "--collection", "notes", ""],
        ["save", "--collection", "notes", "--metadata", "[1]", "text"],
        ["search", "--collection", "notes", "--top-k", "0", "text"],
        ["search", "--collection", "notes", "--top-k", "many", "text"],
        ["forget", "--collection", "notes"],
        ["embed", "--encoding-format", "hex", "text"],
        ["worker", "--lane", "slow"],
        ["stats", "--colour"],
    ],
    ids=" ".join,
)
def test_usage_is_64(env: Environment, arguments: list[str]) -> None:
    answer = memoir.run(*arguments, env=env).expect(USAGE)
    assert answer.errors
    assert answer.output == ""


def test_no_redis_is_69(no_redis: Environment) -> None:
    for arguments in (["save", "--collection", "notes", "text"], ["embed", "text"], ["stats"], ["bootstrap"]):
        answer = memoir.run(*arguments, env=no_redis).expect(UNAVAILABLE)
        assert "refused" in answer.errors.lower(), answer.errors


@pytest.mark.parametrize("name", ["qdrant"])
def test_bootstrap_without_an_engine_is_69(engines: Engines, env: Environment, name: Name) -> None:
    engines.kill(name)
    try:
        memoir.run("bootstrap", env=env).expect(UNAVAILABLE)
    finally:
        engines.restart(name)


def test_no_worker_is_75_and_the_job_stays(env: Environment, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    answer = save(env, "nobody works", "--timeout", "500ms", "--id", tag).expect(TRY_AGAIN)
    assert tag in answer.errors, "the id by which the result can be asked for later"
    assert queue.depths()["save"] == 1
    start_worker()
    assert queue.wait_for_results([tag], seconds=30)[tag]["status"] == "ok"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EMBEDDING_DIMENSIONS", "many"),
        ("EMBEDDING_DIMENSIONS", "0"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("QDRANT_URL", "not a url"),
        ("LOG_LEVEL", "loud"),
        ("MEMOIR_CONFIG", "no/such/file.yaml"),
    ],
)
def test_wrong_configuration_is_78(env: Environment, variable: str, value: str) -> None:
    for command in (["worker"], ["config", "--check"], ["stats"]):
        answer = memoir.run(*command, env=env | {variable: value}).expect(MISCONFIGURED)
        assert value in answer.errors or variable in answer.errors


def test_unknown_key_of_the_file_is_78(env: Environment, tmp_path: Path) -> None:
    file = tmp_path / "memoir.yaml"
    file.write_text("worker:\n  slotz:\n    save: 5\n")
    answer = memoir.run("config", "--check", env=env | {"MEMOIR_CONFIG": str(file)}).expect(MISCONFIGURED)
    assert "slotz" in answer.errors
    assert "memoir.yaml:3" in answer.errors, "the line is named"
