"""A proxy that passes everything on as it is and keeps what the client said, to be read as commands or requests."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from urllib.parse import urlsplit

HOST = "127.0.0.1"
CHUNK_BYTES = 1 << 16
JOIN_SECONDS = 5

REQUEST = re.compile(rb"^([A-Z]+) (/\S*) HTTP/1\.1\r$", re.MULTILINE)


class Recorder:
    """Stands before the server of `url`. Each connection has two threads: the few of a command."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)
        self.listener = socket.create_server((HOST, 0))
        self.said: list[bytearray] = []
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self) -> str:
        credentials, at, _ = self.address.netloc.rpartition("@")
        return self.address._replace(netloc=f"{credentials}{at}{HOST}:{self.listener.getsockname()[1]}").geturl()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection((str(self.address.hostname), int(self.address.port or 0)))
                self.sockets += [client, server]
                self.said.append(bytearray())
                threading.Thread(target=self.pass_on, args=[client, server, self.said[-1]], daemon=True).start()
                threading.Thread(target=self.pass_on, args=[server, client, None], daemon=True).start()

    def pass_on(self, source: socket.socket, target: socket.socket, record: bytearray | None) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if record is not None:
                    record += chunk
                target.sendall(chunk)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        for each in (self.listener, *self.sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def commands(self) -> list[list[bytes]]:
        """What a client of Redis said: arrays of strings, one for each command."""
        return [command for said in self.said for command in read_commands(bytes(said))]

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of each HTTP request."""
        found = [match for said in self.said for match in REQUEST.findall(bytes(said))]
        return [(method.decode(), path.decode()) for method, path in found]


def read_commands(said: bytes) -> list[list[bytes]]:
    commands = []
    at = 0
    while at < len(said):
        assert said[at : at + 1] == b"*", "not a command of Redis' protocol"
        count, at = read_number(said, at)
        command = []
        for _ in range(count):
            length, at = read_number(said, at)
            command.append(said[at : at + length])
            at += length + 2
        commands.append(command)
    return commands


def read_number(said: bytes, at: int) -> tuple[int, int]:
    """The number of a line such as `*3` or `$12`, and where the next one begins."""
    end = said.index(b"\r\n", at)
    return int(said[at + 1 : end]), end + 2
