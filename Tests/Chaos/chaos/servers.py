"""The Qdrant engine and the embedding server: their faults and delays, through the routes of `--faults`."""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import Literal

from harness.engines import Engines

REQUEST_SECONDS = 10

ServerName = Literal["qdrant", "embeddings"]


class Servers:
    """The engines that all scenarios of a run share. Their faults are ended between two scenarios."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines

    def root(self, name: ServerName) -> str:
        if name == "qdrant":
            return self.engines.environment["QDRANT_URL"]
        return self.engines.environment["OPENAI_BASE_URL"].removesuffix("/v1")

    def command(self, name: ServerName, route: str, **parameters: object) -> None:
        query = urllib.parse.urlencode({key: str(value) for key, value in parameters.items()})
        request = urllib.request.Request(f"{self.root(name)}/{route}?{query}", method="POST")
        with urllib.request.urlopen(request, timeout=REQUEST_SECONDS):
            pass

    def fail(self, name: ServerName, *, seconds: float, **parameters: object) -> None:
        self.command(name, "_fail", seconds=seconds, **parameters)

    def delay(self, name: ServerName, seconds: float, **parameters: object) -> None:
        self.command(name, "_delay", seconds=seconds, **parameters)

    def heal(self) -> None:
        """Both run, and behave."""
        for name in ("qdrant", "embeddings"):
            if f"{name:<12}running" not in self.engines.status():
                self.engines.restart(name)
            self.command(name, "_ok")
            self.command(name, "_delay", seconds=0)
