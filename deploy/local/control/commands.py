"""The command line of `engines`."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from sample.loading import load
from sample.tables import TABLES, copy_lines

from . import python_environment
from .errors import EnginesError
from .services import PYTHON_FOLDER, PythonService, note
from .supervisor import SERVICES, Supervisor, Wanted

REPOSITORY = PYTHON_FOLDER.parent.parent
DEFAULT_FOLDER = REPOSITORY / ".local"
DEFAULT_SERVICES = "redis,qdrant,embeddings"
# As the init scripts of Linux have it: "the program is not running".
NOT_RUNNING = 3


def service_list(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in SERVICES:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(SERVICES)}")
    return names


def add_start_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--embeddings", choices=["minilm", "stub"], default="minilm", help="a model, or its stub")
    parser.add_argument("--dimensions", type=int, default=384, help="of the stub's vectors")
    parser.add_argument("--tokenizer", action="store_true", help="the stub counts tokens with OpenAI's own tokenizer")
    parser.add_argument("--only", type=service_list, default=service_list(DEFAULT_SERVICES), metavar="NAME,…")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL as well")
    parser.add_argument("--api-keys", action="store_true", help="guard each service with a key or password")
    parser.add_argument("--faults", action="store_true", help="let Qdrant and the embeddings fail on demand (/_fail)")
    parser.add_argument("--redis-server", type=Path, metavar="PATH", help="a server other than the installed one")
    parser.add_argument("--qdrant-version", metavar="VERSION", help="the version that the Qdrant engine reports")


def add_sample_options(parser: argparse.ArgumentParser) -> None:
    rows = TABLES["invoices"].rows
    parser.add_argument("--rows", type=int, default=rows, metavar="N", help=f"invoices ({rows})")
    parser.add_argument("--database", metavar="URL", help="another than the PostgreSQL that was started here")
    parser.add_argument("--print", choices=list(TABLES), dest="table", help="print a table's rows as COPY takes them")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="engines", description="Memoir's local engines.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="the folder for everything they keep")
    common.add_argument("--venv", type=Path, default=DEFAULT_FOLDER / "venv", help="the virtual environment")
    commands = parser.add_subparsers(dest="command", required=True)
    add_start_options(commands.add_parser("start", parents=[common], help="start, wait, print the environment"))
    run = commands.add_parser("run", parents=[common], help="start, run a command, stop what was started")
    add_start_options(run)
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND…")
    commands.add_parser("stop", parents=[common], help="stop all")
    commands.add_parser("status", parents=[common], help="what runs; exits 3 unless all do")
    commands.add_parser("env", parents=[common], help="print the environment, for eval")
    for name, meaning in (("restart", "stop and start one, on its port"), ("kill", "SIGKILL one")):
        command = commands.add_parser(name, parents=[common], help=meaning)
        command.add_argument("name", choices=SERVICES)
    add_sample_options(commands.add_parser("sample", parents=[common], help="put sample rows into PostgreSQL"))
    commands.add_parser("clean", parents=[common], help="stop all and remove their data")
    return parser.parse_args()


def wanted_services(options: argparse.Namespace) -> list[Wanted]:
    """What the options ask for, in the order of starting; makes the virtual environment if one needs it."""
    names = [name for name in SERVICES if name in options.only or (name == "postgres" and options.postgres)]
    python = {}
    if any(issubclass(SERVICES[name], PythonService) for name in names):
        python = {"python": str(python_environment.ensure(options.venv.absolute()))}
    model = {
        "kind": options.embeddings,
        "dimensions": options.dimensions,
        "tokenizer": options.tokenizer,
        "faults": options.faults,
    }
    settings = {
        "redis": {"server": str(options.redis_server.absolute())} if options.redis_server else {},
        "qdrant": python | {"version": options.qdrant_version, "faults": options.faults},
        "embeddings": python | model,
    }
    # PostgreSQL trusts every local connection; the others take a secret.
    return [Wanted(name, settings.get(name, {}), options.api_keys and name != "postgres") for name in names]


def print_environment(supervisor: Supervisor) -> None:
    for name, value in supervisor.environment().items():
        print(f"export {name}={shlex.quote(value)}")


def print_status(supervisor: Supervisor) -> int:
    rows = supervisor.status()
    if not rows:
        print("nothing has been started")
    for name, condition, record in rows:
        pid = record.process.pid if record.process else "-"
        print(f"{name:<12}{condition:<16}port {record.port:<8}pid {pid}")
    return 0 if rows and all(condition == "running" for _, condition, _ in rows) else NOT_RUNNING


def run_command(supervisor: Supervisor, options: argparse.Namespace) -> int:
    """Starts, runs, and stops what it started, whatever happens. A TERM or HUP goes on to the command; an
    INT reaches it from the terminal by itself."""
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise EnginesError("run needs a command: engines run -- COMMAND…")
    child: subprocess.Popen[bytes] | None = None

    def forward(number: int, frame: FrameType | None) -> None:
        if child is None:
            raise SystemExit(128 + number)
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    started = supervisor.start(wanted_services(options))
    try:
        child = subprocess.Popen(words, env=dict(os.environ) | supervisor.environment())
        while True:
            try:
                code = child.wait()
                return code if code >= 0 else 128 - code
            except KeyboardInterrupt:
                continue
    except FileNotFoundError:
        note(f"{words[0]}: command not found")
        return 127
    finally:
        # Nothing may interrupt this: it would leave processes behind.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop(started)


def print_rows(table: str, rows: int | None) -> None:
    # Rows are UTF-8, whatever the terminal's encoding. Who reads them may have enough before the end, as `head` has.
    sys.stdout.reconfigure(encoding="utf-8")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.stdout.writelines(copy_lines(table, rows))


def make_sample(supervisor: Supervisor, options: argparse.Namespace) -> None:
    if options.rows < 0:
        raise EnginesError("--rows takes a number of rows.")
    if options.table:
        print_rows(options.table, options.rows if options.table == "invoices" else None)
        return
    database = options.database or supervisor.environment().get("DATABASE_URL")
    if not database:
        raise EnginesError("PostgreSQL does not run. Start it with: deploy/local/engines start --postgres")
    began = time.monotonic()
    load(database, options.rows)
    note(f"sample: {len(TABLES)} tables, {options.rows} invoices, {time.monotonic() - began:.1f} s")


def perform(options: argparse.Namespace) -> int:
    supervisor = Supervisor(options.data.absolute())
    match options.command:
        case "start":
            supervisor.start(wanted_services(options))
            print_environment(supervisor)
        case "run":
            return run_command(supervisor, options)
        case "stop":
            supervisor.stop()
        case "status":
            return print_status(supervisor)
        case "env":
            if not supervisor.environment():
                raise EnginesError("Nothing runs. Start it with: deploy/local/engines start")
            print_environment(supervisor)
        case "restart":
            supervisor.restart(options.name)
        case "kill":
            supervisor.kill(options.name)
        case "sample":
            make_sample(supervisor, options)
        case "clean":
            supervisor.clean()
    return 0


def main() -> int:
    try:
        return perform(parse_arguments())
    except EnginesError as error:
        note(f"engines: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
