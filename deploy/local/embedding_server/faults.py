"""Faults on demand: the server answers an error of one's choice for a while.

Routes, present only with `--faults`:

    POST /_fail?status=429&seconds=10[&retry_after=1][&code=insufficient_quota][&count=3]
    POST /_ok       ends the fault
    GET  /_stats    {"calls", "texts", "rejected", "formats"} since the last reset
    POST /_reset    sets those counters to zero
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import APIError

DEFAULT_SECONDS = 10.0
# By status: the message, type and code that OpenAI sends with it.
FAILURES: dict[int, tuple[str, str, str | None]] = {
    400: ("Invalid request.", "invalid_request_error", None),
    401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    403: ("Country, region, or territory not supported.", "request_forbidden", "unsupported_country_region_territory"),
    429: ("Rate limit reached.", "requests", "rate_limit_exceeded"),
    503: ("The engine is currently overloaded, please try again later.", "server_error", None),
}
QUOTA = "insufficient_quota"


@dataclass
class Statistics:
    """Counters since the last reset. `formats` counts the calls by encoding format."""

    calls: int = 0
    texts: int = 0
    rejected: int = 0
    formats: dict[str, int] = field(default_factory=dict)

    def served(self, texts: int, encoding: str) -> None:
        self.calls += 1
        self.texts += texts
        self.formats[encoding] = self.formats.get(encoding, 0) + 1


class Faults:
    """The fault in force, if any, and the counters."""

    def __init__(self) -> None:
        self.statistics = Statistics()
        self.error: APIError | None = None
        self.until = 0.0
        self.remaining: int | None = None

    def check(self) -> None:
        """Raises the fault in force, and counts it."""
        if self.error is None or time.monotonic() >= self.until or self.remaining == 0:
            return
        if self.remaining is not None:
            self.remaining -= 1
        self.statistics.rejected += 1
        raise self.error

    def answer(self, method: str, path: str, query: dict[str, str]) -> Any:
        """The answer of a fault route, or None where there is no such route."""
        match (method, path):
            case ("POST", "/_fail"):
                self.begin(query)
                return {}
            case ("POST", "/_ok"):
                self.error = None
                return {}
            case ("GET", "/_stats"):
                return asdict(self.statistics)
            case ("POST", "/_reset"):
                self.statistics = Statistics()
                return {}
        return None

    def begin(self, query: dict[str, str]) -> None:
        try:
            status = int(query.get("status", "429"))
            seconds = float(query.get("seconds", DEFAULT_SECONDS))
            remaining = int(query["count"]) if "count" in query else None
        except ValueError as error:
            raise APIError(400, "status and count are integers, seconds is a number") from error
        if not 400 <= status <= 599:
            raise APIError(400, "status must be from 400 to 599")
        message, kind, code = FAILURES.get(status, ("The server had an error.", "server_error", None))
        code = query.get("code", code)
        if code == QUOTA:
            message, kind = "You exceeded your current quota, please check your plan and billing details.", QUOTA
        headers = ((b"retry-after", query["retry_after"].encode()),) if "retry_after" in query else ()
        self.error = APIError(status, message, kind, None, code, headers)
        self.until = time.monotonic() + seconds
        self.remaining = remaining
