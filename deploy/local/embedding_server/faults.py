"""Faults on demand: the routes of the module `faults`, OpenAI's errors, wrong vectors, and counters.

Besides the kinds that both servers play:

    POST /_fail?status=429&code=insufficient_quota      an error with this code
    POST /_fail?kind=wrong_count                        one vector too few
    POST /_fail?kind=wrong_dimensions                   vectors that are one number short
    POST /_fail?kind=nan                                a vector that holds a NaN
    GET  /_stats    {"calls", "texts", "rejected", "formats", "refusals"} since the last reset; `rejected` counts the
                    faults, `refusals` the calls that were too large by the number of their inputs
    POST /_reset    sets those counters to zero
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy

from asgi_http import Receive
from faults import BadFault, Fault, FaultControl

from .errors import APIError

KINDS = frozenset({"error", "hang", "malformed", "truncated", "wrong_count", "wrong_dimensions", "nan"})
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
    """Counters since the last reset. `formats` counts the calls by encoding format, `refusals` by their inputs."""

    calls: int = 0
    texts: int = 0
    rejected: int = 0
    formats: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)

    def served(self, texts: int, encoding: str) -> None:
        self.calls += 1
        self.texts += texts
        self.formats[encoding] = self.formats.get(encoding, 0) + 1

    def refused(self, texts: int) -> None:
        self.refusals[str(texts)] = self.refusals.get(str(texts), 0) + 1


class Faults:
    """The fault in force, if any, and the counters."""

    def __init__(self) -> None:
        self.statistics = Statistics()
        self.control = FaultControl(KINDS)

    async def meet(self, receive: Receive, body: bytes) -> Fault | None:
        """Raises the error in force, or answers what is to become of this request's vectors."""
        fault = await self.control.meet(receive, body)
        if fault is not None:
            self.statistics.rejected += 1
            if fault.kind == "error":
                raise failure(fault)
        return fault

    def answer(self, method: str, path: str, query: dict[str, str]) -> Any:
        """The answer of a fault route, or None where there is no such route."""
        try:
            if self.control.command(method, path, query):
                return {}
        except BadFault as error:
            raise APIError(400, str(error)) from error
        match (method, path):
            case ("GET", "/_stats"):
                return asdict(self.statistics)
            case ("POST", "/_reset"):
                self.statistics = Statistics()
                return {}
        return None


def failure(fault: Fault) -> APIError:
    message, kind, code = FAILURES.get(fault.status, ("The server had an error.", "server_error", None))
    code = fault.options.get("code", code)
    if code == QUOTA:
        message, kind = "You exceeded your current quota, please check your plan and billing details.", QUOTA
    return APIError(fault.status, message, kind, None, code, fault.headers)


def spoil(vectors: numpy.ndarray, kind: str) -> numpy.ndarray:
    """The vectors as a broken model server would send them."""
    match kind:
        case "wrong_count":
            return vectors[:-1]
        case "wrong_dimensions":
            return vectors[:, :-1]
        case "nan":
            spoiled = vectors.copy()
            spoiled[len(spoiled) // 2, 0] = numpy.nan
            return spoiled
        case _:
            return vectors
