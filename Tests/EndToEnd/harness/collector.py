"""An OpenTelemetry collector that keeps what it is sent, checks it strictly, and misbehaves on demand."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from .waiting import wait_for

# The names of bytes in these messages, and how many hexadecimal digits OTLP's JSON writes them with.
ID_DIGITS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
# What protobuf's JSON writes as decimal strings.
TIMES = {"startTimeUnixNano", "endTimeUnixNano", "timeUnixNano"}
WAIT_SECONDS = 30


def with_base64_ids(value: Any) -> Any:
    """OTLP writes ids as hexadecimal digits, where protobuf's own JSON has base64: the one thing that differs."""
    if isinstance(value, list):
        return [with_base64_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for name, each in value.items():
        if name in ID_DIGITS:
            assert re.fullmatch(f"[0-9a-f]{{{ID_DIGITS[name]}}}", each), f"{name}: {each}"
            changed[name] = base64.b64encode(bytes.fromhex(each)).decode()
        else:
            assert name not in TIMES or isinstance(each, str), f"{name}: {each!r}"
            changed[name] = with_base64_ids(each)
    return changed


def attributes(holder: Any) -> dict[str, Any]:
    """Those of a span, an event, a link or a resource, as plain values."""
    plain = {}
    for each in holder.attributes:
        kind = each.value.WhichOneof("value")
        plain[each.key] = getattr(each.value, kind)
    return plain


@dataclass
class Request:
    """One request as it came, and what it holds."""

    path: str
    headers: dict[str, str]
    body: bytes
    message: ExportTraceServiceRequest


@dataclass
class Collector:
    """Runs until `close`. `answers` are the statuses that come first; then all is taken. 0 is no answer at all."""

    answers: list[int] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.released = threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                with collector.lock:
                    collector.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = collector.take(self.path, dict(self.headers.items()), body)
                if status == 0:
                    collector.released.wait(60)
                    self.close_connection = True
                    return
                answer = b"{}"
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        with self.lock:
            status = self.answers.pop(0) if self.answers else 200
            if status != 200:
                self.refused.append(status)
                return status
            try:
                message = json_format.ParseDict(
                    with_base64_ids(json.loads(body)), ExportTraceServiceRequest(), ignore_unknown_fields=False
                )
            except (AssertionError, json_format.ParseError, ValueError) as error:
                self.problems.append(f"{error}: {body[:500]!r}")
                return 400
            self.requests.append(Request(path, headers, body, message))
            return 200

    @property
    def spans(self) -> list[Span]:
        with self.lock:
            requests = list(self.requests)
        return [
            span
            for request in requests
            for resource in request.message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def jobs(self) -> dict[str, Span]:
        """The spans of jobs, by the job's id."""
        return {
            told["messaging.message.id"]: span
            for span in self.spans
            if "messaging.message.id" in (told := attributes(span))
        }

    def wait_for_jobs(self, *ids: str, seconds: float = WAIT_SECONDS) -> dict[str, Span]:
        wait_for(
            f"spans of {len(ids)} jobs",
            lambda: set(ids) <= set(self.jobs()),
            seconds=seconds,
            seen=lambda: (len(self.spans), self.refused, self.problems),
        )
        assert self.problems == []
        return self.jobs()

    def children(self, parent: Span) -> list[Span]:
        return [span for span in self.spans if span.parent_span_id == parent.span_id]

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
