"""Starts a server that speaks over standard input and output, and records what goes through.

    python -m harness.mcp_tee FILE COMMAND…

For clients that start their server themselves. It ends as the command does, with its status.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from .mcp_recording import Lines, Recording

CHUNK = 65_536


def pass_on(source: int, target: IO[bytes], lines: Lines) -> None:
    """Recorded before it is passed on, so that a request stands before its answer."""
    while part := os.read(source, CHUNK):
        lines.take(part)
        try:
            target.write(part)
            target.flush()
        except BrokenPipeError:
            break
    lines.end()


def main(file: str, *command: str) -> int:
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None and server.stdout is not None
    recording = Recording(Path(file))

    def pass_input() -> None:
        assert server.stdin is not None
        pass_on(0, server.stdin, Lines(recording, "client"))
        server.stdin.close()

    threading.Thread(target=pass_input, daemon=True).start()
    pass_on(server.stdout.fileno(), sys.stdout.buffer, Lines(recording, "server"))
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
