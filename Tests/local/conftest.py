"""The engines under test, started by their own command, each set in a temporary folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from qdrant_client import QdrantClient

REPOSITORY = Path(__file__).resolve().parent.parent.parent
COMMAND = REPOSITORY / "deploy" / "local" / "engines"
EXPORT = re.compile(r"export (\w+)=(\S+)")


class Engines:
    """Calls the command on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def call(self, command: str, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs a command and insists on its exit code, unless that is None."""
        words = [str(COMMAND), command, "--data", str(self.folder), *arguments]
        done = subprocess.run(words, capture_output=True, text=True, timeout=300)
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    def start(self, *arguments: str) -> dict[str, str]:
        return dict(EXPORT.findall(self.call("start", *arguments).stdout))

    def environment(self) -> dict[str, str]:
        return dict(EXPORT.findall(self.call("env").stdout))

    def state(self) -> dict[str, Any]:
        return json.loads((self.folder / "state.json").read_text())

    def pid(self, name: str) -> int:
        return self.state()[name]["process"]["pid"]


class Answer:
    """A raw HTTP answer."""

    def __init__(self, status: int, headers: Any, content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = content

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> Any:
        """The error of an embeddings server, or the text of Qdrant's."""
        body = self.json
        return body["error"] if "error" in body else body["status"]["error"]


def request(
    method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, raw: bytes | None = None
) -> Answer:
    """One request, without the kindness of a client library."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {"content-type": "application/json"} | (headers or {}), method=method)
    try:
        with urllib.request.urlopen(call, timeout=30) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """A set of engines for one test, stopped and removed after it."""
    engines = Engines(tmp_path / "data")
    yield engines
    engines.call("clean")


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of the usual engines: the Qdrant engine and MiniLM, open to all, with faults."""
    engines = Engines(tmp_path_factory.mktemp("local"))
    yield engines.start("--only", "qdrant,embeddings", "--faults")
    engines.call("clean")


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of engines with keys: Redis, a Qdrant engine that says 1.11.3, and the stub."""
    engines = Engines(tmp_path_factory.mktemp("guarded"))
    options = ["--embeddings", "stub", "--dimensions", "1536", "--api-keys", "--faults", "--qdrant-version", "1.11.3"]
    yield engines.start(*options)
    engines.call("clean")


@pytest.fixture(scope="session")
def qdrant(local: dict[str, str]) -> Iterator[QdrantClient]:
    client = QdrantClient(url=local["QDRANT_URL"], timeout=60)
    yield client
    client.close()


def openai_client(environment: dict[str, str]) -> OpenAI:
    return OpenAI(base_url=environment["OPENAI_BASE_URL"], api_key=environment["OPENAI_API_KEY"], max_retries=0)


assert os.access(COMMAND, os.X_OK), "deploy/local/engines must be executable"
