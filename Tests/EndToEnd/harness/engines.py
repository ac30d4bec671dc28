"""Private engines for a group of tests, started and stopped through deploy/local/engines as a developer would."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from .queue import Queue
from .store import Store
from .waiting import wait_for

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "deploy" / "local" / "engines"

# The first start also makes the engines' Python environment.
START_SECONDS = 15 * 60
COMMAND_SECONDS = 120

Embeddings = Literal["minilm", "stub"]
Name = Literal["redis", "qdrant", "embeddings", "postgres"]
# Without PostgreSQL, which few tests need.
NAMES: tuple[Name, ...] = ("redis", "qdrant", "embeddings")


class Engines:
    """Redis, Qdrant and an embedding server whose files are all in `data`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment: dict[str, str] = {}

    def start(
        self, embeddings: Embeddings, *, api_keys: bool, only: Iterable[Name], faults: bool, tokenizer: bool
    ) -> None:
        options = ["--embeddings", embeddings, "--only", ",".join(only)]
        options += [*(["--api-keys"] if api_keys else []), *(["--faults"] if faults else [])]
        options += ["--tokenizer"] if tokenizer else []
        if server := os.environ.get("MEMOIR_TEST_REDIS"):
            options += ["--redis-server", server]
        self.command("start", *options, seconds=START_SECONDS)
        self.environment = self.read_environment()

    def command(self, verb: str, *arguments: str, seconds: float = COMMAND_SECONDS) -> str:
        done = subprocess.run(
            [PROGRAM, verb, "--data", str(self.data), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        if done.returncode != 0:
            raise RuntimeError(f"engines {verb} {' '.join(arguments)} failed:\n{done.stderr[-4_000:]}")
        return done.stdout

    def read_environment(self) -> dict[str, str]:
        """What `engines env` tells a shell to export."""
        words = shlex.split(self.command("env"))
        return dict(word.split("=", 1) for word in words if "=" in word)

    def status(self) -> str:
        """One line for each engine. `engines status` itself fails unless all of them run."""
        done = subprocess.run(
            [PROGRAM, "status", "--data", str(self.data)],
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        return done.stdout

    def process_id(self, name: Name) -> int:
        """Of the one that was started last."""
        identity: int = json.loads((self.data / "state.json").read_text())[name]["process"]["pid"]
        return identity

    def kill(self, name: Name) -> None:
        self.command("kill", name)

    def restart(self, name: Name) -> None:
        """Starts it on the port that it had, with the data that it had."""
        self.command("restart", name)

    def restart_with_key(self, name: Name, key: str) -> None:
        """As an operator who changes a server's key: it is written where `engines` keeps it between two calls."""
        file = self.data / "state.json"
        state = json.loads(file.read_text())
        state[name]["secret"] = key
        file.write_text(json.dumps(state))
        self.restart(name)
        self.environment = self.read_environment()

    def wait_until_written(self, queue: Queue) -> None:
        """Until Redis has handed all that it acknowledged to the kernel: from then on killing it loses nothing."""
        wait_for(
            "the append-only file to be written",
            lambda: (
                (info := queue.redis.info("persistence"))["aof_buffer_length"] == 0
                and info["aof_pending_bio_fsync"] == 0
            ),
            seconds=10,
        )

    def stop(self) -> None:
        self.command("stop")

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]

    def queue(self) -> Queue:
        return Queue(self.redis_url)

    def store(self) -> Store:
        return Store(self.environment["QDRANT_URL"], self.environment.get("QDRANT_API_KEY"))

    def embedded(self) -> dict[str, Any]:
        """What the embedding server has counted: `calls`, `texts` and so on. Engines with `faults` only."""
        url = self.environment["OPENAI_BASE_URL"].removesuffix("/v1") + "/_stats"
        with urllib.request.urlopen(url, timeout=COMMAND_SECONDS) as answer:
            counters: dict[str, Any] = json.load(answer)
            return counters

    def logs(self) -> str:
        """The end of each engine's log, for a failed test."""
        files = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-2_000:]}" for file in files)


@contextmanager
def running(
    embeddings: Embeddings,
    *,
    api_keys: bool = False,
    only: Iterable[Name] = NAMES,
    faults: bool = False,
    tokenizer: bool = False,
) -> Iterator[Engines]:
    """Engines in a folder of their own, which is gone afterwards; with `faults` they fail on demand, with `tokenizer`
    the stub holds to OpenAI's limits as OpenAI counts."""
    data = Path(tempfile.mkdtemp(prefix="memoir-engines-"))
    # Where tests run as root, an engine may run as another user and must reach its files.
    os.chmod(data, 0o755)
    engines = Engines(data)
    try:
        engines.start(embeddings, api_keys=api_keys, only=only, faults=faults, tokenizer=tokenizer)
        yield engines
    finally:
        try:
            engines.stop()
        finally:
            shutil.rmtree(data, ignore_errors=True)
