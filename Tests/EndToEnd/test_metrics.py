"""What `/metrics` says, read as Prometheus and OpenMetrics readers read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from harness import memoir, wire
from harness.engines import Engines
from harness.http import Http, Reply
from harness.memoir import Worker
from harness.queue import Queue
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

JOBS = 50
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"

# What is measured of a worker that has saved and searched: types and labels. Alerts and dashboards stand on them.
MEASURED: dict[str, tuple[str, set[str]]] = {
    "memoir_jobs_in_flight": ("gauge", {"lane"}),
    "memoir_jobs_claimed": ("counter", {"lane"}),
    "memoir_jobs_finished": ("counter", {"lane", "type", "outcome"}),
    "memoir_job_stage_seconds": ("histogram", {"lane", "stage"}),
    "memoir_embedding_batch_inputs": ("histogram", set()),
    "memoir_embedding_batch_tokens": ("histogram", set()),
    "memoir_embedding_batches": ("counter", {"closed"}),
    "memoir_embedding_calls": ("counter", {"status"}),
    "memoir_embedding_call_seconds": ("histogram", set()),
    "memoir_embedding_retries": ("counter", set()),
    "memoir_embedding_tokens": ("counter", set()),
    "memoir_embedding_dollars": ("counter", set()),
    "memoir_circuit_state": ("gauge", {"service"}),
    "memoir_cache_hits": ("counter", {"cache"}),
    "memoir_cache_misses": ("counter", {"cache"}),
    "memoir_store_calls": ("counter", {"operation", "status"}),
    "memoir_store_call_seconds": ("histogram", {"operation"}),
    "memoir_redis_reconnects": ("counter", set()),
    "memoir_event_loop_delay_seconds": ("histogram", set()),
    "memoir_metrics_dropped_series": ("counter", set()),
    "memoir_build_info": ("gauge", {"version"}),
    "process_resident_memory_bytes": ("gauge", set()),
    "process_cpu_seconds": ("counter", set()),
    "process_start_time_seconds": ("gauge", set()),
    "process_open_fds": ("gauge", set()),
}


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


def by_name(families: Iterable[Metric]) -> dict[str, Metric]:
    return {family.name: family for family in families}


def read(reply: Reply) -> dict[str, Metric]:
    """The parser is strict: it refuses what the specification does not allow."""
    assert reply.status == 200
    families: Iterable[Metric] = openmetrics.text_string_to_metric_families(reply.body.decode())  # type: ignore[no-untyped-call]
    return by_name(families)


def value(family: Metric, name: str, **labels: str) -> float:
    (found,) = [sample.value for sample in family.samples if sample.name == name and sample.labels == labels]
    return float(found)


def test_metrics_count_what_was_done(worker: Worker, queue: Queue, tag: str) -> None:
    http = Http(worker.http_url)
    before = read(http.get("/metrics", headers={"Accept": OPENMETRICS}))
    jobs = [wire.save(f"{tag}-{n}", f"text {n} of {tag}", collection="notes") for n in range(JOBS)]
    queue.push(jobs)
    queue.wait_for_results([job.id for job in jobs], seconds=60)
    search = wire.search(f"{tag}-search", f"text of {tag}", collection="notes")
    queue.push([search])
    queue.wait_for_results([search.id], seconds=60)
    metrics = read(http.get("/metrics", headers={"Accept": OPENMETRICS}))
    for name, (kind, labels) in MEASURED.items():
        assert metrics[name].type == kind, name
        assert metrics[name].documentation, name
        assert {label for sample in metrics[name].samples for label in sample.labels} - {"le"} == labels, name
    finished = "memoir_jobs_finished_total"
    assert value(metrics["memoir_jobs_finished"], finished, lane="save", type="save", outcome="ok") == JOBS
    assert value(metrics["memoir_jobs_claimed"], "memoir_jobs_claimed_total", lane="save") == JOBS
    stages = metrics["memoir_job_stage_seconds"]
    for stage in ("queued", "embedding", "store", "total"):
        assert value(stages, "memoir_job_stage_seconds_count", lane="save", stage=stage) == JOBS
    assert value(metrics["memoir_embedding_batch_inputs"], "memoir_embedding_batch_inputs_sum") == JOBS + 1
    cpu = "process_cpu_seconds"
    assert value(metrics[cpu], f"{cpu}_total") > value(before[cpu], f"{cpu}_total")


def test_both_formats_say_the_same(worker: Worker) -> None:
    http = Http(worker.http_url)
    strict = read(http.get("/metrics", headers={"Accept": OPENMETRICS}))
    text = http.get("/metrics")
    assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    plain = by_name(text_string_to_metric_families(text.body.decode()))
    assert plain.keys() == strict.keys()
    for name, family in strict.items():
        of_both = [[(sample.name, sample.labels) for sample in one.samples] for one in (family, plain[name])]
        assert of_both[0] == of_both[1], name
        assert family.type == plain[name].type
