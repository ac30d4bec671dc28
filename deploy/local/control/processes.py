"""Processes, known by more than their number.

A pid is used again after its process ended. Each process is therefore remembered with the time it started,
in clock ticks since boot, and with the boot itself; a process that differs in any of them is never signalled.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02
KILL_SECONDS = 5.0
# Fields of /proc/PID/stat, counted from the one after the name, which may itself hold spaces.
STATE_FIELD = 0
START_TIME_FIELD = 19


def boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def read_status(pid: int) -> list[str] | None:
    """The fields of a process after its name, or None where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and waits for its parent to notice."""
    status = read_status(pid)
    return status is not None and status[STATE_FIELD] in "ZX"


@dataclass(frozen=True)
class ProcessIdentity:
    """One process, for ever: no later one with the same pid is equal to it."""

    pid: int
    start_time: str
    boot: str

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        status = read_status(pid)
        return cls(pid, status[START_TIME_FIELD] if status else "", boot())

    def is_alive(self) -> bool:
        """Whether this very process runs. One that ended and waits for its parent to notice does not."""
        status = read_status(self.pid)
        if status is None or is_zombie(self.pid):
            return False
        return status[START_TIME_FIELD] == self.start_time and boot() == self.boot

    def send(self, number: signal.Signals) -> bool:
        """Sends a signal; false where the process is gone. The descriptor is opened before the identity is
        checked, so that the signal reaches the process that was checked."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        except OSError:
            return self.send_by_pid(number)
        try:
            if not self.is_alive():
                return False
            signal.pidfd_send_signal(descriptor, number)
            return True
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)

    def send_by_pid(self, number: signal.Signals) -> bool:
        """For kernels without process descriptors."""
        if not self.is_alive():
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def wait(self, seconds: float) -> bool:
        """Waits until the process has ended; false where it still runs after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def stop(self, number: signal.Signals, seconds: float) -> str:
        """Asks with `number`, kills after `seconds`; says in a word what happened."""
        if not self.send(number):
            return "was not running"
        if self.wait(seconds):
            return "stopped"
        self.kill()
        return f"killed after {seconds:g} s"

    def kill(self) -> bool:
        sent = self.send(signal.SIGKILL)
        self.wait(KILL_SECONDS)
        return sent


def spawn(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    user: str | None = None,
) -> ProcessIdentity:
    """Starts a process in a session of its own, so that it outlives this command and its terminal."""
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    # Ended processes are recognised by their state; nothing here waits on the object.
    process.returncode = 0
    return ProcessIdentity.of(process.pid)
