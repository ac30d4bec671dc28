"""Pushes jobs as any program could: the Redis protocol, written out and fed to `redis-cli --pipe`."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from urllib.parse import urlsplit

from .wire import Job, Value, lane_key

PIPE_SECONDS = 300


def command(*arguments: Value) -> bytes:
    """One command in the protocol that Redis reads."""
    parts = [b"*%d\r\n" % len(arguments)]
    for argument in arguments:
        raw = argument if isinstance(argument, bytes) else argument.encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
    return b"".join(parts)


def add(job: Job) -> bytes:
    flat: list[Value] = []
    for name, value in job.fields.items():
        flat += (name, value)
    return command("XADD", lane_key(job.lane), "*", *flat)


def pipe(url: str, commands: Iterable[bytes]) -> int:
    """Feeds the commands to `redis-cli --pipe` and returns how many replies came back, none of them an error.

    They pass through a temporary file: a pipe fed from here could fill while the replies are not read. The password
    is not given in the URL, which redis-cli 7.0 misreads where it has no user name.
    """
    address = urlsplit(url)
    environment = os.environ | ({"REDISCLI_AUTH": address.password} if address.password else {})
    with tempfile.TemporaryFile() as protocol:
        protocol.writelines(commands)
        protocol.seek(0)
        done = subprocess.run(
            ["redis-cli", "-h", str(address.hostname), "-p", str(address.port), "--pipe"],
            env=environment,
            stdin=protocol,
            capture_output=True,
            text=True,
            check=False,
            timeout=PIPE_SECONDS,
        )
    counted = re.search(r"errors: (\d+), replies: (\d+)", done.stdout)
    if done.returncode != 0 or counted is None or counted[1] != "0":
        raise RuntimeError(f"redis-cli --pipe failed:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
    return int(counted[2])


def push(url: str, jobs: Iterable[Job]) -> int:
    return pipe(url, (add(job) for job in jobs))
