"""PostgreSQL as a team has it: tables with rows, changes to them, a server that crashes or hangs, and its log."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from .engines import Engines
from .waiting import wait_for

STATEMENT_SECONDS = 120
GONE_SECONDS = 20

# One statement of one user in the log, as PREFIX begins it; what goes on is indented.
PREFIX = "[%u] "
LOGGED = re.compile(
    r"^\[(?P<user>[^\]]*)\] LOG:  (?:statement|execute [^:]*): (?P<statement>.*(?:\n\t.*)*)", re.MULTILINE
)


class Database:
    """One database of the server that `engines` started. Everything is said through psql."""

    def __init__(self, engines: Engines, url: str | None = None) -> None:
        self.engines = engines
        self.url = url or engines.environment["DATABASE_URL"]

    def tell(self, statement: str, *, text: str = "") -> str:
        """Runs statements, in one transaction; `text` is what `COPY … FROM STDIN` reads. Answers what psql prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run(
            [
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--csv",
                "--tuples-only",
                "--set=ON_ERROR_STOP=1",
                "-c",
                statement,
                self.url,
            ],
            cwd="/",
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=STATEMENT_SECONDS,
        )
        if done.returncode != 0:
            raise RuntimeError(f"psql failed:\n{done.stderr[-2_000:]}")
        return done.stdout

    def rows(self, query: str) -> list[list[str]]:
        """All values as text; null is an empty one."""
        return list(csv.reader(io.StringIO(self.tell(query))))

    def value(self, query: str) -> str:
        return self.rows(query)[0][0]

    def copy(self, table: str, lines: Iterable[str]) -> None:
        """Rows in COPY's text format."""
        self.tell(f"COPY {table} FROM STDIN", text="".join(lines))

    def make(self, name: str, encoding: str = "UTF8") -> Database:
        """Another database beside this one."""
        options = f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        self.tell(f"CREATE DATABASE {name} {options}")
        return Database(self.engines, urlsplit(self.url)._replace(path=f"/{name}").geturl())

    def as_user(self, user: str) -> str:
        """The address for another user, whom the server trusts as it trusts everybody on this machine."""
        url = urlsplit(self.url)
        return url._replace(netloc=f"{user}@{url.hostname}:{url.port}").geturl()

    # What the server has seen

    def log_statements_of(self, user: str) -> None:
        """From now on the log has every statement of this user."""
        self.tell(f"ALTER ROLE {user} SET log_statement = 'all'")
        self.tell(f"ALTER SYSTEM SET log_line_prefix = '{PREFIX}'")
        self.tell("SELECT pg_reload_conf()")
        wait_for("the prefix of the log", lambda: self.value("SHOW log_line_prefix") == PREFIX, seconds=10)

    def statements_of(self, user: str) -> list[str]:
        return [statement for who, statement in LOGGED.findall(self.log()) if who == user]

    def log(self) -> str:
        return (self.engines.data / "logs" / "postgres.log").read_text(errors="replace")

    # What happens to a server

    def postmaster(self) -> int:
        return self.engines.process_id("postgres")

    def kill(self) -> None:
        """The server and all its processes are gone at once, as after a power cut."""
        children = processes_of(self.postmaster())
        self.engines.kill("postgres")
        for process in children:
            signal_process(process, signal.SIGKILL)
        wait_for("PostgreSQL to be gone", lambda: not any(is_alive(each) for each in children), seconds=GONE_SECONDS)

    def restart(self) -> None:
        self.engines.restart("postgres")

    def pause(self) -> None:
        """The server hangs: connections stay and nothing is answered, also not by processes that it starts."""
        postmaster = self.postmaster()
        signal_process(postmaster, signal.SIGSTOP)
        for process in processes_of(postmaster):
            signal_process(process, signal.SIGSTOP)

    def go_on(self) -> None:
        postmaster = self.postmaster()
        for process in (*processes_of(postmaster), postmaster):
            signal_process(process, signal.SIGCONT)

    def pause_for(self, seconds: float) -> None:
        self.pause()
        try:
            time.sleep(seconds)
        finally:
            self.go_on()


def processes_of(parent: int) -> list[int]:
    """Its children: all of a PostgreSQL's processes are."""
    found: list[int] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (status := read_status(int(folder.name))) and int(status[1]) == parent:
            found.append(int(folder.name))
    return found


def read_status(process: int) -> list[str] | None:
    """State, parent and so on; None where it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def is_alive(process: int) -> bool:
    status = read_status(process)
    return status is not None and status[0] not in "ZX"


def signal_process(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
