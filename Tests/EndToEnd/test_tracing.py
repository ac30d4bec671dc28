"""Spans of jobs, as a collector gets them."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.collector import Collector, attributes
from harness.http import TOKEN, Http
from harness.queue import Queue
from harness.status import OK
from opentelemetry.proto.trace.v1.trace_pb2 import Span

EMBEDDINGS = "stub"
STAGES = ["queued", "embedding", "store"]
# A stop is bounded; this is what else a worker does on two busy cores.
STOP_SECONDS = 25


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def tracing(collector: Collector, **more: str) -> dict[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **more}


def traceparent(*, sampled: bool = True) -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-0{int(sampled)}"


def is_of(span: Span, parent: str) -> bool:
    """Whether the span is a child of what the traceparent names."""
    _, trace, span_id, _ = parent.split("-")
    return bool(span.trace_id.hex() == trace and span.parent_span_id.hex() == span_id)


def check_stages(collector: Collector, job: Span) -> None:
    """One after the other, within their job."""
    stages = {span.name: span for span in collector.children(job) if span.kind == Span.SPAN_KIND_INTERNAL}
    assert list(stages) == STAGES
    moments = [job.start_time_unix_nano]
    for name in STAGES:
        assert stages[name].trace_id == job.trace_id
        moments += [stages[name].start_time_unix_nano, stages[name].end_time_unix_nano]
    moments.append(job.end_time_unix_nano)
    assert moments == sorted(moments)


def test_a_save_and_a_search_are_parts_of_their_callers_traces(
    env: Environment, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    worker = start_worker(tracing(collector, OTEL_SERVICE_NAME="memories"))
    saver, searcher = traceparent(), traceparent()
    saved, found = f"{tag}-save", f"{tag}-search"
    words = f"confidential-{tag}"
    memoir.run(
        "save", "--collection", "notes", "--id", saved, "--key", f"natural-{tag}", "--tenant", f"tenant-{tag}",
        "--metadata", f'{{"vendor_name": "vendor-{tag}"}}', "--traceparent", saver, words, env=env,
    ).expect(OK)  # fmt: skip
    memoir.run(
        "search", "--collection", "notes", "--id", found, "--tenant", f"tenant-{tag}", words,
        env=env | {"TRACEPARENT": searcher},
    ).expect(OK)  # fmt: skip
    jobs = collector.wait_for_jobs(saved, found)
    for name, parent in ((saved, saver), (found, searcher)):
        kind = name.removeprefix(f"{tag}-")
        job = jobs[name]
        assert is_of(job, parent)
        assert job.name == f"memoir {kind}"
        assert job.kind == Span.SPAN_KIND_CONSUMER
        assert job.status.code == 0
        told = attributes(job)
        assert told["messaging.system"] == "redis"
        assert told["messaging.operation.type"] == "process"
        assert told["messaging.destination.name"] == wire.lane_key(kind)
        assert told["memoir.collection"] == "notes"
        assert told["memoir.outcome"] == "ok"
        check_stages(collector, job)
        calls = {span.name: span for span in collector.children(job) if span.kind == Span.SPAN_KIND_CLIENT}
        store_call = "upsert notes" if kind == "save" else "query notes"
        assert store_call in calls
        for call in calls.values():
            assert job.start_time_unix_nano <= call.start_time_unix_nano
            assert call.end_time_unix_nano <= job.end_time_unix_nano + 1_000_000
    assert any(span.name.startswith("embeddings ") for span in collector.children(jobs[saved]))
    for request in collector.requests:
        assert request.path == "/v1/traces"
        assert request.headers["Content-Type"] == "application/json"
        for resource in request.message.resource_spans:
            told = attributes(resource.resource)
            assert told["service.name"] == "memories"
            assert told["service.version"]
            assert f"-{worker.pid}-" in told["service.instance.id"]
        # Neither what is remembered, nor whose it is, nor what it is called.
        for secret in (words, f"natural-{tag}", f"tenant-{tag}", f"vendor-{tag}"):
            assert secret.encode() not in request.body


def test_over_http_the_job_or_else_the_request_names_the_trace(
    start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    worker = start_worker(tracing(collector, MEMOIR_HTTP_TOKEN=TOKEN))
    http = Http(worker.http_url, TOKEN)
    field, header = traceparent(), traceparent()
    job = {"type": "embed", "content": f"text {tag}"}
    http.post("/api/jobs?wait=30s", job | {"id": f"{tag}-header"}, headers={"traceparent": header}).expect(200)
    http.post(
        "/api/jobs?wait=30s", job | {"id": f"{tag}-field", "traceparent": field}, headers={"traceparent": header}
    ).expect(200)
    http.post("/api/jobs?wait=30s", job | {"id": f"{tag}-none"}, headers={"traceparent": "0" * 2_000}).expect(200)
    jobs = collector.wait_for_jobs(f"{tag}-header", f"{tag}-field", f"{tag}-none")
    assert is_of(jobs[f"{tag}-header"], header)
    assert is_of(jobs[f"{tag}-field"], field)
    assert not jobs[f"{tag}-none"].parent_span_id


def test_calls_for_several_traces_are_linked_to_their_jobs(
    queue: Queue, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    parents = {f"{tag}-{number}": traceparent() for number in range(60)}
    for name, parent in parents.items():
        job = wire.save(name, f"text {name}", collection="notes").changed(traceparent=parent)
        queue.redis.xadd(wire.lane_key("save"), dict(job.fields))
    start_worker(tracing(collector))
    queue.wait_for_results(list(parents), seconds=60)
    jobs = collector.wait_for_jobs(*parents)
    for name, parent in parents.items():
        assert is_of(jobs[name], parent)
    ids = {span.span_id for span in jobs.values()}
    calls = [span for span in collector.spans if span.links]
    # All waited when the worker started: they went out together.
    assert {span.name.split()[0] for span in calls} == {"embeddings", "upsert"}
    for call in calls:
        assert not call.parent_span_id
        assert len(call.links) <= 32
        assert {link.span_id for link in call.links} <= ids
    assert max(len(call.links) for call in calls) == 32


def test_what_cannot_be_run_says_so(queue: Queue, start_worker: StartWorker, collector: Collector, tag: str) -> None:
    start_worker(tracing(collector))
    parent = traceparent()
    job = wire.save(tag, "a text", collection="no-such-collection").changed(traceparent=parent)
    queue.redis.xadd(wire.lane_key("save"), dict(job.fields))
    code = queue.wait_for_results([tag], seconds=30)[tag]["error"]["code"]
    span = collector.wait_for_jobs(tag)[tag]
    assert is_of(span, parent)
    assert span.status.code == 2
    assert attributes(span)["error.type"] == code
    assert attributes(span)["memoir.outcome"] == "error"


def test_a_wrong_traceparent_is_ignored_and_an_unsampled_one_heeded(
    queue: Queue, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    start_worker(tracing(collector))
    parents: dict[str, str | bytes] = {
        "nonsense": "00-not-a-trace",
        "zeros": f"00-{'0' * 32}-{'1' * 16}-01",
        "bytes": b"\xff\xfe",
        "long": "0" * 5_000,
        "unsampled": traceparent(sampled=False),
    }
    for name, parent in parents.items():
        job = wire.save(f"{tag}-{name}", f"text {tag} {name}", collection="notes").changed(traceparent=parent)
        queue.redis.xadd(wire.lane_key("save"), dict(job.fields))
    answers = queue.wait_for_results([f"{tag}-{name}" for name in parents], seconds=30)
    assert {answer["status"] for answer in answers.values()} == {"ok"}
    recorded = [f"{tag}-{name}" for name in parents if name != "unsampled"]
    jobs = collector.wait_for_jobs(*recorded)
    assert set(jobs) == set(recorded)
    for span in jobs.values():
        assert not span.parent_span_id


def test_a_ratio_of_none_records_only_what_callers_record(
    queue: Queue, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    start_worker(tracing(collector, OTEL_TRACES_SAMPLER_ARG="0"))
    plain = wire.save(f"{tag}-plain", f"plain {tag}", collection="notes")
    traced = wire.save(f"{tag}-traced", f"traced {tag}", collection="notes").changed(traceparent=traceparent())
    for job in (plain, traced):
        queue.redis.xadd(wire.lane_key("save"), dict(job.fields))
    queue.wait_for_results([plain.id, traced.id], seconds=30)
    assert set(collector.wait_for_jobs(traced.id)) == {traced.id}


def test_off_unless_configured(env: Environment, start_worker: StartWorker, collector: Collector, tag: str) -> None:
    worker = start_worker()
    memoir.run("save", "--collection", "notes", "--traceparent", traceparent(), f"text {tag}", env=env).expect(OK)
    assert worker.terminate() == 0
    assert worker.events("tracing_started") == []
    assert collector.connections == 0


def test_a_stop_sends_what_is_left(env: Environment, start_worker: StartWorker, collector: Collector, tag: str) -> None:
    worker = start_worker(tracing(collector))
    memoir.run("save", "--collection", "notes", "--id", tag, f"text {tag}", env=env).expect(OK)
    assert worker.terminate() == 0
    check_stages(collector, collector.jobs()[tag])
    assert worker.events("spans_dropped") == []


def test_a_stop_does_not_wait_for_a_collector_that_hangs(
    env: Environment, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    collector.answers = [0] * 10
    worker = start_worker(tracing(collector))
    memoir.run("save", "--collection", "notes", "--id", tag, f"text {tag}", env=env).expect(OK)
    assert worker.terminate(seconds=STOP_SECONDS) == 0
    assert collector.refused == [0]
    assert len(worker.events("spans_dropped")) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_collector_is_asked_again(
    env: Environment, start_worker: StartWorker, collector: Collector, tag: str, status: int
) -> None:
    collector.answers = [status, status]
    worker = start_worker(tracing(collector))
    memoir.run("save", "--collection", "notes", "--id", tag, f"text {tag}", env=env).expect(OK)
    collector.wait_for_jobs(tag)
    assert collector.refused == [status, status]
    assert [span.span_id for span in collector.spans].count(collector.jobs()[tag].span_id) == 1
    worker.wait_for_event("span_export_recovered", containing=["dropped=0"])


def test_jobs_go_on_while_the_collector_is_away(
    queue: Queue, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    worker = start_worker({"OTEL_EXPORTER_OTLP_ENDPOINT": address})
    names = [f"{tag}-{number}" for number in range(3_000)]
    for name in names:
        # More spans than the queue holds.
        job = wire.save(name, f"text {name}", collection="notes")
        queue.redis.xadd(wire.lane_key("save"), dict(job.fields))
    answers = queue.wait_for_results(names, seconds=120)
    assert {answer["status"] for answer in answers.values()} == {"ok"}
    line = worker.wait_for_event("span_export_failed", containing=["tracing.endpoint"])
    assert "warning" in line
    time.sleep(3)
    # Once in half a minute, however often it fails.
    assert len(worker.events("span_export_failed")) <= 1 + int(memoir.START_SECONDS / 30)
    assert worker.terminate(seconds=STOP_SECONDS) == 0
    dropped = [int(line.split("dropped=")[1].split()[0]) for line in worker.lines if "dropped=" in line]
    assert sum(dropped) >= 3 * len(names)


def test_headers_are_sent_and_never_told(
    env: Environment, start_worker: StartWorker, collector: Collector, tag: str
) -> None:
    key = f"key-{tag}-{secrets.token_hex(8)}"
    collector.answers = [401]
    changes = tracing(collector, OTEL_EXPORTER_OTLP_HEADERS=f"api-key={key},x-team=a%20b", LOG_LEVEL="trace")
    worker = start_worker(changes)
    for name in (f"{tag}-1", f"{tag}-2"):
        memoir.run("save", "--collection", "notes", "--id", name, f"text {name}", env=env).expect(OK)
        worker.wait_for_event("span_export_failed", containing=["401", "tracing.headers"])
    collector.wait_for_jobs(f"{tag}-2")
    assert collector.requests[0].headers["api-key"] == key
    assert collector.requests[0].headers["x-team"] == "a b"
    shown = memoir.run("config", env=env | changes).expect(OK)
    assert "api-key=***" in shown.output
    for text in ("\n".join(worker.lines), shown.output, shown.errors):
        assert key not in text
