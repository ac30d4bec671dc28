"""A redis-server of the scenario's own, to be killed, restarted, filled up, and cut off from its disk."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any, Literal

import redis
from harness.waiting import wait_for

from .account import Account

HOST = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 15

Synced = Literal["always", "everysec"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """Keeps an append-only file in `folder` and never evicts, as a deployment should."""

    def __init__(self, folder: Path, account: Account, *, appendfsync: Synced = "everysec") -> None:
        self.folder = folder
        self.account = account
        self.appendfsync = appendfsync
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Starts it and waits until it answers; what it has on disk is loaded by then."""
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program is not None, "no redis-server on PATH: run scripts/setup"
        options = {
            "port": self.port,
            "bind": HOST,
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": self.appendfsync,
            "maxmemory-policy": "noeviction",
            "save": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with open(self.folder / "redis.log", "ab") as log:
            # Python ignores SIGXFSZ, and the server inherits that: writing beyond the limit fails, as on a full disk.
            self.process = subprocess.Popen(
                [program, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                restore_signals=False,
                start_new_session=True,
            )
        wait_for("Redis to answer", self.answers, seconds=START_SECONDS, seen=self.log)
        self.account.note("Redis answers")

    def answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, f"Redis ended:\n{self.log()}"
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def client(self) -> Any:
        return redis.Redis.from_url(self.url, socket_timeout=30)

    def kill(self) -> float:
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        return self.account.note("Redis killed")

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        return (self.folder / "redis.log").read_text(errors="replace")[-2_000:]

    def journal(self) -> Path:
        """The append-only file that grows."""
        files = sorted((self.folder / "appendonlydir").glob("*.incr.aof"))
        assert files, "Redis keeps no append-only file"
        return files[-1]

    def cut_journal(self, size: int) -> int:
        """Loses all that was written beyond `size` bytes, as a power cut does; answers how many bytes those were."""
        assert self.process is not None and self.process.poll() is not None, "Redis still writes"
        file = self.journal()
        lost = file.stat().st_size - size
        os.truncate(file, size)
        self.account.note(f"power cut: the journal lost its last {lost} bytes")
        return lost

    def fill_disk(self, spare_bytes: int) -> None:
        """From now on the journal may grow by so many bytes only. Needs neither root nor a file system of its own."""
        assert self.process is not None
        limit = self.journal().stat().st_size + spare_bytes
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        self.account.note(f"the disk is full but for {spare_bytes} bytes")

    def free_disk(self) -> None:
        assert self.process is not None
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, unlimited)
        self.account.note("the disk has room again")
