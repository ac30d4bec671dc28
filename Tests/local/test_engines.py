"""The `engines` command itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import redis
from conftest import COMMAND, Engines, is_running

STUB = ["--embeddings", "stub"]


def test_life(engines: Engines) -> None:
    """start, start again, env, status, restart, kill, stop."""
    started = engines.call("start", *STUB)
    environment = engines.environment()
    assert set(environment) == {
        "REDIS_URL", "QDRANT_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "EMBEDDING_MODEL", "EMBEDDING_DIMENSIONS",
    }  # fmt: skip
    assert environment["EMBEDDING_DIMENSIONS"] == "384" and environment["OPENAI_BASE_URL"].endswith("/v1")
    assert started.stdout == engines.call("env").stdout
    pids = {name: engines.pid(name) for name in ("redis", "qdrant", "embeddings")}

    again = engines.call("start", *STUB)
    assert again.stderr.count("already runs") == 3 and again.stdout == started.stdout
    assert {name: engines.pid(name) for name in pids} == pids
    assert engines.call("status").stdout.count("running") == 3

    engines.call("restart", "redis")
    assert engines.environment() == environment and engines.pid("redis") != pids["redis"]
    assert not is_running(pids["redis"])
    engines.call("kill", "qdrant")
    assert "dead" in engines.call("status", code=3).stdout
    assert "QDRANT_URL" not in engines.environment()
    engines.call("restart", "qdrant")
    assert engines.environment() == environment

    running = [engines.pid(name) for name in pids]
    engines.call("stop")
    assert not any(is_running(pid) for pid in running)
    assert engines.call("status", code=3).stdout.count("stopped") == 3
    assert engines.call("env", code=1).stdout == ""
    engines.call("stop")
    assert engines.start("--only", "redis")["REDIS_URL"] == environment["REDIS_URL"]


def test_everything_is_in_one_folder_and_on_the_loopback(engines: Engines) -> None:
    engines.start("--only", "redis")
    assert {entry.name for entry in engines.folder.iterdir()} == {"lock", "logs", "redis", "state.json"}
    assert (engines.folder / "state.json").stat().st_mode & 0o077 == 0
    port = engines.state()["redis"]["port"]
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {entry[1] for entry in listening if entry[3] == "0A" and entry[1].endswith(f":{port:04X}")}
    assert addresses == {f"0100007F:{port:04X}"}


def test_another_process_with_the_same_pid_is_left_alone(engines: Engines) -> None:
    engines.start("--only", "redis")
    engines.call("kill", "redis")
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        state = engines.state()
        state["redis"]["process"]["pid"] = bystander.pid
        (engines.folder / "state.json").write_text(json.dumps(state))
        assert "dead" in engines.call("status", code=3).stdout
        engines.call("kill", "redis", code=1)
        engines.call("stop")
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_failure_shows_the_log_and_stops_the_rest(engines: Engines) -> None:
    engines.start("--only", "qdrant")
    engines.call("stop")
    # A file where the collections should be: the engine cannot start.
    shutil.rmtree(engines.folder / "qdrant" / "collections")
    (engines.folder / "qdrant" / "collections").write_text("")
    failed = engines.call("start", "--only", "redis,qdrant", code=1)
    assert "qdrant ended before it answered" in failed.stderr and "FileExistsError" in failed.stderr
    assert "running" not in engines.call("status", code=3).stdout


def test_restart_refuses_a_port_that_is_taken(engines: Engines) -> None:
    engines.start("--only", "redis")
    engines.call("kill", "redis")
    port = engines.state()["redis"]["port"]
    with socket.create_server(("127.0.0.1", port)):
        assert f"Port {port} of redis is taken" in engines.call("restart", "redis", code=1).stderr
        assert engines.start("--only", "redis")["REDIS_URL"] != f"redis://127.0.0.1:{port}/0"


def test_run(engines: Engines) -> None:
    done = engines.call("run", "--only", "redis", "--", "sh", "-c", "echo $REDIS_URL; exit 7", code=7)
    assert done.stdout.startswith("redis://127.0.0.1:")
    assert engines.state()["redis"]["process"] is None
    assert engines.call("run", "--only", "redis", "--", "absent-command", code=127)
    engines.start("--only", "redis")
    engines.call("run", "--only", "redis", "--", "true")
    assert is_running(engines.pid("redis")), "run stops only what it started"


def test_run_stops_everything_when_terminated(engines: Engines) -> None:
    command = ["sh", "-c", "echo up; sleep 60"]
    words = [str(COMMAND), "run", "--data", str(engines.folder), "--only", "redis", "--", *command]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        pid = engines.pid("redis")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM
    assert not is_running(pid)


def test_passwords(guarded: dict[str, str]) -> None:
    assert redis.Redis.from_url(guarded["REDIS_URL"]).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url("redis://" + guarded["REDIS_URL"].partition("@")[2]).ping()
    for name in ("REDIS_URL", "QDRANT_API_KEY", "OPENAI_API_KEY"):
        secret = guarded[name].removeprefix("redis://:").partition("@")[0]
        assert not any(secret in line for line in command_lines())


def command_lines() -> list[str]:
    lines = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                lines.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return lines


@pytest.mark.skipif(not Path("/usr/lib/postgresql").exists(), reason="PostgreSQL is not installed")
@pytest.mark.parametrize("closed", [False, True])
def test_postgres(tmp_path: Path, closed: bool) -> None:
    """Also below a folder that the user postgres cannot enter."""
    parent = tmp_path / "home"
    parent.mkdir()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    parent.chmod(0o700 if closed else 0o755)
    engines = Engines(parent / "data")
    try:
        url = engines.start("--only", "postgres")["DATABASE_URL"]
        assert query(url, "CREATE TABLE t (n int); INSERT INTO t VALUES (1); SELECT n FROM t").endswith("1")
        cluster = Path(engines.state()["postgres"]["options"]["cluster"])
        if closed:
            engines.call("kill", "postgres")
            engines.call("restart", "postgres")
            assert query(url, "SELECT n FROM t") == "1"
        else:
            assert cluster.is_relative_to(engines.folder)
    finally:
        engines.call("clean")
    assert not cluster.exists()


def query(url: str, statement: str) -> str:
    words = ["psql", url, "-Atc", statement]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd="/").stdout.strip()
