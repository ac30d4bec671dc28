"""The services: how each is started, asked whether it is ready, stopped, and named to a client."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sys
from abc import ABC, abstractmethod
from pathlib import Path

from .errors import EnginesError
from .processes import ProcessIdentity, spawn
from .state import Record

HOST = "127.0.0.1"
PROBE_SECONDS = 1.0
PYTHON_FOLDER = Path(__file__).resolve().parent.parent


def first_program(*names: str) -> str | None:
    """The first of these programs that is installed. Debian keeps some in sbin, which PATH may lack."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def answers_http(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Service(ABC):
    """One engine. Its files are in `folder`, its output in `log`."""

    name: str
    stop_signal = signal.SIGTERM
    stop_seconds = 10.0
    ready_seconds = 30.0

    def __init__(self, data: Path) -> None:
        self.folder = data / self.name
        self.log = data / "logs" / f"{self.name}.log"

    def prepare(self, record: Record) -> None:
        """Makes what must exist before the first start. May refuse, and then says how to mend it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def launch(self, record: Record) -> ProcessIdentity: ...

    @abstractmethod
    def is_ready(self, record: Record) -> bool: ...

    @abstractmethod
    def environment(self, record: Record) -> dict[str, str]:
        """The variables by which Memoir finds this service."""

    def erase(self, record: Record) -> None:
        """Removes what the service keeps on disk."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.log.unlink(missing_ok=True)


class Redis(Service):
    """A Redis or Valkey that loses nothing it acknowledged but the last second, and never evicts."""

    name = "redis"

    def prepare(self, record: Record) -> None:
        super().prepare(record)
        self.program(record)
        settings = [
            f"bind {HOST}",
            f"port {record.port}",
            f'dir "{self.folder}"',
            "daemonize no",
            "appendonly yes",
            "appendfsync everysec",
            # Writing the file anew takes a core for half a second: not while it is small.
            "auto-aof-rewrite-min-size 256mb",
            "maxmemory-policy noeviction",
            # The append-only file is the one truth; snapshots would only add pauses.
            'save ""',
        ]
        if record.secret:
            settings.append(f"requirepass {record.secret}")
        file = self.folder / "redis.conf"
        file.touch(mode=0o600)
        file.write_text("\n".join(settings) + "\n")

    def launch(self, record: Record) -> ProcessIdentity:
        return spawn([self.program(record), str(self.folder / "redis.conf")], self.log, os.environ, self.folder)

    def program(self, record: Record) -> str:
        wanted = record.options.get("server")
        program = first_program(wanted) if wanted else first_program("redis-server", "valkey-server")
        if program is None and wanted:
            raise EnginesError(f"{wanted} is no program: give --redis-server the path of a Redis or Valkey server")
        if program is None:
            raise EnginesError("Redis is not installed. On Debian: apt-get install --yes redis-server")
        return program

    def is_ready(self, record: Record) -> bool:
        login = f"AUTH {record.secret}\r\n" if record.secret else ""
        try:
            with socket.create_connection((HOST, record.port), PROBE_SECONDS) as connection:
                connection.sendall(f"{login}PING\r\n".encode())
                connection.shutdown(socket.SHUT_WR)
                with connection.makefile("rb") as reply:
                    # While it still loads its data it answers an error instead.
                    return reply.read().endswith(b"+PONG\r\n")
        except OSError:
            return False

    def environment(self, record: Record) -> dict[str, str]:
        login = f":{record.secret}@" if record.secret else ""
        return {"REDIS_URL": f"redis://{login}{HOST}:{record.port}/0"}


class PythonService(Service):
    """One of the servers beside this folder, run by the virtual environment's Python."""

    module: str
    secret_variable: str
    ready_path: str

    def arguments(self, record: Record) -> list[str]:
        return ["--host", HOST, "--port", str(record.port)]

    def launch(self, record: Record) -> ProcessIdentity:
        environment = dict(os.environ) | {"PYTHONPATH": str(PYTHON_FOLDER), "PYTHONUNBUFFERED": "1"}
        environment.pop("PYTHONHOME", None)
        environment.pop(self.secret_variable, None)
        if record.secret:
            environment[self.secret_variable] = record.secret
        command = [record.options["python"], "-m", self.module, *self.arguments(record)]
        return spawn(command, self.log, environment, self.folder)

    def is_ready(self, record: Record) -> bool:
        return answers_http(record.port, self.ready_path)


class Qdrant(PythonService):
    """The Qdrant engine. Options: `version` (what it says it is), `faults`."""

    name = "qdrant"
    module = "qdrant_engine"
    secret_variable = "QDRANT__SERVICE__API_KEY"
    ready_path = "/readyz"

    def arguments(self, record: Record) -> list[str]:
        storage = ["--storage", str(self.folder)]
        version = record.options.get("version")
        arguments = [*super().arguments(record), *storage, *(["--report-version", version] if version else [])]
        return [*arguments, *(["--faults"] if record.options.get("faults") else [])]

    def environment(self, record: Record) -> dict[str, str]:
        variables = {"QDRANT_URL": f"http://{HOST}:{record.port}"}
        return variables | ({"QDRANT_API_KEY": record.secret} if record.secret else {})


class Embeddings(PythonService):
    """The embeddings. Options: `kind` (`minilm` or `stub`), `dimensions` and `tokenizer` (of the stub), `faults`."""

    name = "embeddings"
    module = "embedding_server"
    secret_variable = "EMBEDDING_SERVER_API_KEY"
    ready_path = "/health"
    ready_seconds = 60.0

    def arguments(self, record: Record) -> list[str]:
        arguments = super().arguments(record)
        if record.options["kind"] == "stub":
            arguments += ["--stub", "--dimensions", str(record.options["dimensions"])]
            if record.options.get("tokenizer"):
                arguments.append("--tokenizer")
        if record.options["faults"]:
            arguments.append("--faults")
        return arguments

    def environment(self, record: Record) -> dict[str, str]:
        stub = record.options["kind"] == "stub"
        return {
            "OPENAI_BASE_URL": f"http://{HOST}:{record.port}/v1",
            # OpenAI's clients insist on a key, even where the server does not.
            "OPENAI_API_KEY": record.secret or "local",
            "EMBEDDING_MODEL": "text-embedding-3-small" if stub else "all-MiniLM-L6-v2",
            "EMBEDDING_DIMENSIONS": str(record.options["dimensions"] if stub else 384),
        }


def note(message: str) -> None:
    """Tells the user something that is not the answer of the command."""
    print(message, file=sys.stderr, flush=True)
