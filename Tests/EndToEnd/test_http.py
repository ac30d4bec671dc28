"""A worker's HTTP server: health, figures and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import yaml
from conftest import StartWorker
from harness import memoir, wire
from harness.engines import ROOT, Engines, Name
from harness.http import TOKEN, Http
from harness.memoir import Worker
from harness.openapi import Description
from harness.queue import Queue
from harness.waiting import wait_for

DOCUMENT = ROOT / "Sources" / "Ops" / "API" / "openapi.json"
LANES = ["search", "save", "embed", "bulk"]


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    # Else the janitor would drop all but the newest thousand letters.
    changes = {"MEMOIR_HTTP_TOKEN": TOKEN, "MEMOIR_WORKER_DEAD_LETTERS_KEPT": "1000000"}
    # Calls of agents would be places for more connections than are opened here.
    changes["MEMOIR_MCP_ENABLED"] = "false"
    worker = Worker(memoir.environment(engines.environment, changes))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.fixture(scope="module")
def http(worker: Worker) -> Http:
    """With its answers checked against the description."""
    return Http(worker.http_url, TOKEN, Description(json.loads(DOCUMENT.read_text())))


@pytest.fixture(scope="module")
def tokenless(engines: Engines) -> Iterator[Http]:
    """A server without a token, which works on no job."""
    worker = Worker(memoir.environment(engines.environment, {"ENABLE_MEMORY": "false"}))
    yield Http(worker.http_url)
    worker.end()


def status_of(readiness: dict[str, object], name: str) -> str:
    checks = readiness["checks"]
    assert isinstance(checks, list)
    (found,) = [check["status"] for check in checks if check["name"] == name]
    return str(found)


def test_a_working_worker_is_alive_and_ready(http: Http) -> None:
    assert http.get("/livez").status == 200
    readiness = http.wait_for("/readyz", 200, seconds=10).json()
    assert readiness["status"] == "ready"
    assert [check["name"] for check in readiness["checks"]] == ["redis", "store", "embeddings", "worker"]
    assert all(check["status"] == "ok" and check["reason"] is None for check in readiness["checks"])


def test_the_container_checks_what_the_worker_says(http: Http, start_worker: StartWorker) -> None:
    """Runs the script of docker-compose.yaml as the container does."""
    script = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]["worker"]["healthcheck"]["test"][3]

    def check(url: str) -> int:
        command = script.replace("$$", "$").replace("/8420", f"/{url.rpartition(':')[2]}")
        return subprocess.run(["bash", "-c", command], timeout=10, stderr=subprocess.DEVNULL, check=False).returncode

    assert check(http.url) == 0
    worker = start_worker({"ENABLE_MEMORY": "false"}, wait=False)
    url = worker.http_url
    assert check(url) == 0
    worker.terminate()
    assert check(url) != 0


def test_figures_are_those_of_the_command(http: Http, env: dict[str, str]) -> None:
    served = http.get("/api/stats").expect(200)
    printed = memoir.run("stats", "--json", env=env).expect(0).json()
    assert served.keys() == printed.keys()
    assert list(served["lanes"]) == LANES and served["lanes"]["bulk"]["bound"] == 1_000_000
    assert served["collections"] == printed["collections"] and served["collections"]
    assert http.get("/api/lanes").expect(200)["lanes"].keys() == served["lanes"].keys()
    (worker,) = http.get("/api/workers").expect(200)["workers"]
    assert worker["id"] == served["workers"][0]["id"]


def test_events_bring_figures_each_second(http: Http) -> None:
    times: list[float] = []
    for name, data in http.events():
        assert name == "figures" and data["version"] and list(data["stats"]["lanes"]) == LANES
        times.append(data["time_ms"])
        if len(times) == 4:
            break
    assert times == sorted(set(times))
    assert 2_000 < times[-1] - times[0] < 8_000


def test_the_last_hour_is_told(http: Http) -> None:
    history = wait_for(
        "two samples", lambda: (h := http.get("/api/history").json()) and h["samples"][1:] and h, seconds=40
    )
    assert history["interval_ms"] == 10_000
    times = [sample["time_ms"] for sample in history["samples"]]
    assert times == sorted(times) and list(history["samples"][-1]["lanes"]) == LANES


def test_answers_tell_browsers_what_they_may_do(http: Http) -> None:
    for path in ("/", "/dashboard.css", "/dashboard.js", "/livez", "/api/lanes", "/nothing"):
        fields = http.get(path).headers
        assert "default-src 'none'" in fields["content-security-policy"], path
        assert "frame-ancestors 'none'" in fields["content-security-policy"]
        assert fields["x-content-type-options"] == "nosniff"
        assert not any(name.startswith("access-control") for name in fields)
    assert http.get("/api/lanes").headers["cache-control"] == "no-store"
    assert http.get("/").headers["content-type"] == "text/html; charset=utf-8"


def test_methods(http: Http) -> None:
    head = http.request("HEAD", "/api/lanes")
    assert head.status == 200 and head.body == b"" and int(head.headers["content-length"]) > 100
    options = http.request("OPTIONS", "/api/lanes")
    assert options.status == 204 and options.headers["allow"] == "GET, HEAD, OPTIONS"
    refused = http.request("DELETE", "/api/lanes")
    assert refused.status == 405 and refused.headers["allow"] == "GET, HEAD, OPTIONS"
    http.get("/api/lane").expect_error(404, "no_such_path")
    http.get("/api/stats?lane=bulk").expect_error(400, "invalid_request")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8420", "10.0.0.1"])
def test_a_foreign_host_is_refused(http: Http, host: str) -> None:
    for path in ("/", "/api/stats", "/livez"):
        http.get(path, headers={"Host": host}).expect_error(403, "foreign_host")


def test_own_hosts_are_served(http: Http) -> None:
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8420"):
        assert http.get("/livez", headers={"Host": host}).status == 200


def test_switched_off_it_answers_health_all_the_same(start_worker: StartWorker) -> None:
    worker = start_worker({"ENABLE_MEMORY": "false"}, wait=False)
    readiness = Http(worker.http_url).get("/readyz").expect(200)
    assert [check["name"] for check in readiness["checks"]] == ["worker"]
    assert "disabled" in readiness["checks"][0]["reason"]
    assert worker.terminate() == 0


def test_not_at_all(start_worker: StartWorker) -> None:
    worker = start_worker({"MEMOIR_HTTP_ENABLED": "false"})
    worker.wait_for_event("redis_server")
    assert worker.terminate() == 0
    assert worker.events("http_") == []


def test_a_taken_port_costs_no_job(start_worker: StartWorker, env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        worker = start_worker({"MEMOIR_HTTP_PORT": str(port)})
        worker.wait_for_event("http_server_failed", containing=["hint=", f":{port}"])
        memoir.run("embed", "while the port is taken", env=env).expect(0)
    worker.wait_for_event("http_server_started", containing=[f":{port}"])
    assert Http(worker.http_url).get("/livez").status == 200


def test_others_can_reach_it_only_with_a_token(env: dict[str, str], start_worker: StartWorker) -> None:
    refused = memoir.run("worker", env=env | {"MEMOIR_HTTP_HOST": "0.0.0.0"})
    assert refused.status == 78 and "http.token" in refused.errors
    refused = memoir.run("worker", env=env | {"MEMOIR_HTTP_HOST": "0.0.0.0", "MEMOIR_HTTP_TOKEN": "fifteen-letters"})
    assert refused.status == 78 and "http.token" in refused.errors and "16" in refused.errors
    assert "fifteen-letters" not in refused.errors
    worker = start_worker({"MEMOIR_HTTP_HOST": "0.0.0.0", "MEMOIR_HTTP_TOKEN": TOKEN})
    url = worker.http_url.replace("0.0.0.0", "127.0.0.1")
    with_token, without = Http(url, TOKEN), Http(url)
    for path in ("/api/stats", "/api/lanes", "/api/workers", "/api/history", "/api/events"):
        assert without.get(path).status == 401
    assert without.get("/livez").status == 200 and without.get("/").status == 200
    with_token.get("/api/lanes", headers={"Host": "memoir.example"}).expect(200)


def test_a_stop_waits_for_no_listener(start_worker: StartWorker) -> None:
    """Nor for a connection that is kept alive, nor for a request that never comes to its end."""
    worker = start_worker()
    http = Http(worker.http_url)
    host, port = worker.http_url.removeprefix("http://").split(":")
    events = http.events()
    assert next(events)[0] == "figures"
    requests = (
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /api/stats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
        b"GET /liv",
    )
    connections = [socket.create_connection((host, int(port))) for _ in requests]
    for connection, request in zip(connections, requests, strict=True):
        connection.sendall(request)
    time.sleep(0.3)
    began = time.monotonic()
    assert worker.terminate() == 0
    assert time.monotonic() - began < 5
    assert [name for name, _ in events if name != "figures"] == []
    for connection in connections:
        connection.close()


def connect(url: str, request: bytes) -> socket.socket:
    """A connection of its own, with what is sent over it."""
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(request)
    return connection


@pytest.mark.parametrize(
    "request_text",
    [
        b"",
        b"GET /li",
        b"GET /dashboard.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
    ],
    ids=["nothing", "a part of a head", "a request whose answer nobody reads", "a part of a body"],
)
def test_who_keeps_it_waiting_keeps_nobody_out(http: Http, request_text: bytes) -> None:
    """Twice as many connections as there may be are opened by somebody who does not get on."""
    events = http.events()
    assert next(events)[0] == "figures"
    connections = [connect(http.url, request_text) for _ in range(512)]
    try:
        # Half a minute is what the harness waits at the most, and half of what such connections have.
        for _ in range(3):
            assert http.get("/livez").status == 200
        # Whoever listens is no one to be put out.
        assert [next(events)[0] for _ in range(3)] == ["figures"] * 3
    finally:
        for connection in connections:
            connection.close()
        events.close()


def test_readiness_tells_what_is_wrong(engines: Engines, http: Http, env: dict[str, str]) -> None:
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=10)
    http.get("/api/stats").expect(200)
    engines.kill("redis")
    try:
        answer = http.wait_for("/readyz", 503, seconds=15)
        (redis,) = [check for check in answer.json()["checks"] if check["name"] == "redis"]
        assert redis["status"] == "failed" and "onnect" in redis["reason"], redis
        assert http.get("/livez").status == 200
        http.wait_for("/api/stats", 503, seconds=15)
        name, data = next(event for event in http.events() if event[0] != "figures")
        assert name == "problem" and data["error"]["code"] == "redis_unavailable"
    finally:
        engines.restart("redis")
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=15)
    assert wait_for("figures", lambda: http.get("/api/stats").status == 200, seconds=15)
    engines.kill("embeddings")
    try:
        memoir.run("embed", "nobody embeds", "--timeout", "1s", env=env).expect(75)
        answer = http.wait_for("/readyz", 503, seconds=15)
        assert status_of(answer.json(), "embeddings") == "failed" and status_of(answer.json(), "redis") == "ok"
    finally:
        engines.restart("embeddings")
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=30)


def test_the_end_of_a_worker_is_told(start_worker: StartWorker, engines: Engines) -> None:
    """It is alive and not ready while it finishes what it holds, and shows its page to whoever looks."""
    worker = start_worker({"MEMOIR_HTTP_TOKEN": TOKEN})
    http = Http(worker.http_url, TOKEN)
    http.wait_for("/readyz", 200, seconds=10)
    events = http.events()
    assert next(events)[0] == "figures"
    process = engines.process_id("embeddings")
    os.kill(process, signal.SIGSTOP)
    jobs: list[str] = []

    def holds_one() -> bool:
        # Another worker may take it.
        jobs.append(http.post("/api/jobs", {"type": "embed", "content": f"held {len(jobs)}"}).expect(202)["id"])
        return re.search(rb'memoir_jobs_in_flight{lane="embed"} [1-9]', http.get("/metrics").body) is not None

    try:
        wait_for("a job to be held", holds_one, seconds=10)
        worker.process.send_signal(signal.SIGTERM)
        readiness = http.wait_for("/readyz", 503, seconds=5).json()
        (state,) = [check for check in readiness["checks"] if check["name"] == "worker"]
        assert state == {"name": "worker", "status": "failed", "reason": "draining"}
        assert http.get("/livez").status == 200
        assert next(events)[0] == "figures"
    finally:
        os.kill(process, signal.SIGCONT)
    began = time.monotonic()
    assert worker.terminate() == 0
    assert time.monotonic() - began < 15
    assert "handed_over=0" in worker.wait_for_event("worker_stopped")
    results = engines.queue().wait_for_results(jobs, seconds=20)
    assert {result["status"] for result in results.values()} == {"ok"}


@pytest.mark.parametrize("name", ["redis", "qdrant", "embeddings"])
def test_health_waits_for_nobody(engines: Engines, http: Http, name: Name) -> None:
    """Neither does the rest wait for long while something hangs that is asked."""
    http.wait_for("/readyz", 200, seconds=30)
    process = engines.process_id(name)
    os.kill(process, signal.SIGSTOP)
    try:
        end = time.monotonic() + 8
        while time.monotonic() < end:
            for path in ("/livez", "/readyz", "/metrics"):
                began = time.monotonic()
                assert http.get(path).status in (200, 503)
                assert time.monotonic() - began < 4, path
            time.sleep(0.2)
        for path in ("/api/stats", "/api/lanes", "/api/history", "/api/dead", "/api/jobs/nobody"):
            began = time.monotonic()
            assert http.get(path).status in (200, 404, 503)
            assert time.monotonic() - began < 15, path
        if name == "redis":
            assert status_of(http.get("/readyz").expect(503), "redis") == "failed"
    finally:
        os.kill(process, signal.SIGCONT)
    http.wait_for("/readyz", 200, seconds=60)


# The document


def test_the_document_is_valid_and_says_what_there_is(http: Http) -> None:
    served = http.get("/openapi.json").expect(200)
    assert served == json.loads(DOCUMENT.read_text())
    description = Description(served)
    description.check()
    for path, operations in description.paths.items():
        concrete = path.replace("{letter}", "1-1").replace("{id}", "nobody").replace("{lane}", "bulk")
        allowed = set(http.request("OPTIONS", concrete).headers["allow"].split(", "))
        documented = {method.upper() for method in operations}
        assert documented | {"OPTIONS"} == allowed - {"HEAD"}, path


# Metrics


def test_metrics_are_read_from_memory(http: Http, worker: Worker) -> None:
    wait_for(
        "the fleet's figures",
        lambda: b'memoir_lane_bound{lane="bulk"} 1000000' in http.get("/metrics").body,
        seconds=10,
    )
    text = http.get("/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert re.search(rb"\nmemoir_workers 1(\.0)?\n", text.body) and b"memoir_fleet_figures_age_seconds " in text.body
    asked = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
    metrics = http.get("/metrics", headers={"Accept": asked})
    assert metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert metrics.body.endswith(b"# EOF\n")


def test_a_scrape_waits_for_nobody(engines: Engines, http: Http) -> None:
    http.get("/metrics")
    process = engines.process_id("redis")
    os.kill(process, signal.SIGSTOP)
    try:
        began = time.monotonic()
        for _ in range(20):
            assert http.get("/metrics").status == 200
        assert time.monotonic() - began < 2
    finally:
        os.kill(process, signal.SIGCONT)


# What changes anything


CHANGES = [
    ("/api/jobs", {"type": "stats"}),
    ("/api/jobs/nobody/cancel", None),
    ("/api/lanes/bulk/pause", None),
    ("/api/lanes/bulk/resume", None),
    ("/api/dead/replay", {"all": True}),
    ("/api/dead/purge", {"all": True}),
]


@pytest.mark.parametrize("path, body", CHANGES)
def test_a_change_needs_the_token_and_an_origin_of_ours(
    http: Http, tokenless: Http, queue: Queue, path: str, body: object
) -> None:
    before = queue.redis.xlen(wire.CONTROL)
    http.post(path, body, headers={"Authorization": None}).expect_error(401, "unauthorized")
    http.post(path, body, headers={"Authorization": f"Bearer {TOKEN}x"}).expect_error(401, "unauthorized")
    http.post(path, body, headers={"Origin": "http://evil.example"}).expect_error(403, "foreign_origin")
    http.post(path, body, headers={"Origin": "null"}).expect_error(403, "foreign_origin")
    http.post(path, body, headers={"Sec-Fetch-Site": "cross-site"}).expect_error(403, "foreign_origin")
    http.post(path, body, headers={"Host": "evil.example"}).expect_error(403, "foreign_host")
    http.post(path, b"type=stats", headers={"Content-Type": "text/plain"}).expect_error(415, "unsupported_media_type")
    assert "http.token" in tokenless.post(path, body, headers={"Authorization": "Bearer x"}).expect_error(
        403, "changes_disabled"
    )
    assert http.request("PUT", path).status == 405
    assert queue.redis.xlen(wire.CONTROL) == before
    assert queue.left() == 0 and queue.dead() == 0


def test_bodies_are_checked(http: Http) -> None:
    assert "2097152" in http.post("/api/jobs", b'{"type":"save"' + b" " * (3 << 20)).expect_error(413, "body_too_large")
    for body in (b"", b"{", b"[]", b"1", b'{"type": "stats"} x', b'{"type": "\xff"}'):
        assert http.post("/api/jobs", body).status == 400, body
    http.post("/api/lanes/bulk/pause", {"lane": "save"}).expect_error(400, "invalid_request")
    http.post("/api/lanes/slow/pause").expect_error(404, "no_such_lane")


def test_a_body_that_does_not_come_whole_is_the_clients_fault(http: Http, worker: Worker) -> None:
    head = f"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    head += b"Content-Type: application/json\r\n"
    with connect(http.url, head + b"Content-Length: 100\r\n\r\n{") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
    with connect(http.url, head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{") as connection:
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
    assert worker.events("http_request_failed") == []


def test_changes_are_logged_without_what_is_secret(http: Http, worker: Worker, tag: str) -> None:
    # A second has so many lines of one event.
    time.sleep(1.1)
    http.post(f"/api/jobs/{tag}/cancel").expect(202)
    line = worker.wait_for_event("http_change", containing=[f"path=/api/jobs/{tag}/cancel", "status=202"])
    assert "method=POST" in line
    http.post(f"/api/jobs/{tag}-no/cancel", headers={"Authorization": "Bearer guess"}).expect_error(401, "unauthorized")
    worker.wait_for_event("http_refused", containing=[f"{tag}-no", "401 unauthorized"])
    assert worker.events(TOKEN) == [] and worker.events("guess") == []


# Jobs


def test_a_job_is_sent_waited_for_and_looked_up(http: Http, tag: str) -> None:
    job = {"type": "save", "id": f"{tag} ä/1", "collection": "notes", "content": f"a note {tag}", "key": tag}
    saved = http.post("/api/jobs?wait=30s", job).expect(200)
    assert saved["status"] == "ok" and saved["id"] == job["id"]
    assert http.get(f"/api/jobs/{quote(str(job['id']), safe='')}").expect(200) == saved
    found = http.post(
        "/api/jobs?wait=30", {"type": "search", "collection": "notes", "query": f"a note {tag}", "top_k": 1}
    ).expect(200)
    assert found["result"]["results"][0]["payload"]["content"] == f"a note {tag}"
    sent = http.post("/api/jobs", {"type": "embed", "content": tag, "lane": "bulk"}).expect(202)
    assert sent["lane"] == "bulk"
    result = http.wait_for(f"/api/jobs/{sent['id']}", 200, seconds=20)
    assert result.expect(200)["type"] == "embed"
    http.get(f"/api/jobs/{tag}-nobody").expect_error(404, "no_result")


@pytest.mark.parametrize(
    "job, field",
    [
        ({}, "type"),
        ({"type": "sav"}, "type"),
        ({"type": "save", "content": "x"}, "collection"),
        ({"type": "save", "collection": "notes"}, "content"),
        ({"type": "save", "collection": "note", "content": "x"}, "collection"),
        (
            {"type": "save", "collection": "notes", "content": "x", "metadata": {"number": "7"}},
            "metadata.number",
        ),
        ({"type": "save", "collection": "notes", "content": "x", "metadata": [1]}, "metadata"),
        ({"type": "save", "collection": "notes", "content": 7}, "content"),
        ({"type": "save", "collection": "notes", "content": "x", "contents": "y"}, "contents"),
        ({"type": "search", "collection": "notes", "query": "x", "top_k": 0}, "top_k"),
        ({"type": "search", "collection": "notes", "query": "x", "filters": {"number": {"gt": {}}}}, "filters"),
        ({"type": "embed", "content": "x", "lane": "slow"}, "lane"),
        ({"type": "embed", "content": "x", "reply_to": "memory:{0}:replies:x"}, "reply_to"),
        ({"type": "embed", "content": "x", "ttl": 0}, "ttl"),
        ({"type": "embed", "content": "x", "id": ""}, "id"),
        ({"type": "embed", "content": "x", "id": "x" * 129}, "id"),
        ({"type": "embed", "content": "x", "v": 2}, "v"),
        ({"type": "embed", "content": "x", "_attempts": "0"}, "_attempts"),
    ],
)
def test_a_wrong_job_is_refused_with_its_field(http: Http, queue: Queue, job: dict[str, object], field: str) -> None:
    before = queue.redis.info("commandstats").get("cmdstat_xadd", {}).get("calls", 0)
    error = http.post("/api/jobs", job).expect(400)["error"]
    assert error["code"] == "invalid_job" and error["field"].startswith(field), error
    assert queue.redis.info("commandstats").get("cmdstat_xadd", {}).get("calls", 0) == before


def test_a_wait_has_bounds(http: Http, queue: Queue, tag: str) -> None:
    job = {"type": "embed", "content": tag, "lane": "bulk"}
    for wait in ("61s", "0", "-1s", "x", "5m", "1.5s", "60001ms"):
        http.post(f"/api/jobs?wait={wait}", job).expect_error(400, "invalid_request")
    http.post("/api/lanes/bulk/pause").expect(200)
    try:
        began = time.monotonic()
        accepted = http.post("/api/jobs?wait=500ms", job).expect(202)
        assert 0.4 < time.monotonic() - began < 10
        assert accepted.keys() == {"id", "lane"}
    finally:
        http.post("/api/lanes/bulk/resume").expect(200)
    queue.wait_for_results([accepted["id"]], seconds=20)


def test_requests_that_wait_are_bounded(http: Http, queue: Queue, tag: str) -> None:
    http.post("/api/lanes/bulk/pause").expect(200)
    ids = [f"{tag}-{number}" for number in range(70)]

    def send(job_id: str) -> int:
        job = {"id": job_id, "type": "embed", "content": tag, "lane": "bulk"}
        reply = http.post("/api/jobs?wait=5s", job)
        assert reply.status == 202 or reply.expect_error(503, "too_many_waiting")
        return reply.status

    try:
        with ThreadPoolExecutor(len(ids)) as pool:
            statuses = Counter(pool.map(send, ids))
    finally:
        http.post("/api/lanes/bulk/resume").expect(200)
    assert statuses == {202: 64, 503: 6}
    wait_for("the lane to be empty", lambda: queue.left() == 0, seconds=30)


def test_who_goes_away_waits_no_longer(http: Http, queue: Queue, tag: str) -> None:
    http.post("/api/lanes/bulk/pause").expect(200)

    def leave(number: int) -> socket.socket:
        body = json.dumps({"id": f"{tag}-{number}", "type": "embed", "content": tag, "lane": "bulk"}).encode()
        head = (
            f"POST /api/jobs?wait=60s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return connect(http.url, head.encode() + body)

    last = {"id": f"{tag}-last", "type": "embed", "content": tag, "lane": "bulk"}
    connections = [leave(number) for number in range(60)]

    def is_full() -> bool:
        # The worker may have finished some before it heard that the lane is paused.
        connections.append(leave(len(connections)))
        return http.post("/api/jobs?wait=1ms", last).status == 503

    try:
        wait_for("all places to be taken", is_full, seconds=20)
        for connection in connections:
            connection.close()
        wait_for("a place", lambda: http.post("/api/jobs?wait=1ms", last).status == 202, seconds=10)
    finally:
        http.post("/api/lanes/bulk/resume").expect(200)
    results = queue.wait_for_results([f"{tag}-{number}" for number in range(60)], seconds=30)
    assert {result["status"] for result in results.values()} == {"ok"}
    wait_for("the lane to be empty", lambda: queue.left() == 0, seconds=30)


def test_a_full_lane_refuses(http: Http, queue: Queue, tag: str) -> None:
    bound = queue.redis.hget(wire.LIMITS, "bulk")
    http.post("/api/lanes/bulk/pause").expect(200)
    queue.redis.hset(wire.LIMITS, "bulk", 1)
    try:
        job = {"type": "embed", "content": tag, "lane": "bulk"}
        first = http.post("/api/jobs", job).expect(202)
        refused = http.post("/api/jobs", job)
        assert "bulk" in refused.expect_error(429, "queue_full") and refused.headers["retry-after"] == "1"
        http.post("/api/jobs?wait=1s", job).expect_error(429, "queue_full")
        assert queue.depths()["bulk"] == 1
    finally:
        queue.redis.hset(wire.LIMITS, "bulk", bound)
        http.post("/api/lanes/bulk/resume").expect(200)
    queue.wait_for_results([first["id"]], seconds=20)


def test_a_job_is_cancelled(http: Http, queue: Queue, tag: str) -> None:
    assert http.post("/api/lanes/bulk/pause").expect(200)["paused"].keys() == {"bulk"}
    assert http.get("/api/lanes").expect(200)["lanes"]["bulk"]["paused_since"] is not None or wait_for(
        "the pause to be shown", lambda: http.get("/api/lanes").json()["lanes"]["bulk"]["paused_since"], seconds=5
    )
    job_id = http.post("/api/jobs", {"id": tag, "type": "embed", "content": tag, "lane": "bulk"}).expect(202)["id"]
    assert http.post(f"/api/jobs/{job_id}/cancel", {}).expect(202) == {"id": tag, "cancelled": True}
    assert http.post("/api/lanes/bulk/resume").expect(200) == {"paused": {}}
    assert queue.wait_for_results([job_id], seconds=20)[job_id]["error"]["code"] == "cancelled"
    assert http.post(f"/api/jobs/{job_id}/cancel").expect(200) == {"id": tag, "cancelled": False}


# Dead letters


FILL = """
for i = 1, tonumber(ARGV[2]) do
    redis.call('XADD', KEYS[1], '*', 'v', '1', 'id', ARGV[1] .. '-' .. i, 'type', 'embed', 'content', 'text ' .. i,
        '_lane', 'bulk', '_code', i % 1000 == 0 and 'rare' or 'common', '_message', 'it failed', '_attempts', '1')
end
"""


def bury(queue: Queue, tag: str, count: int) -> None:
    queue.redis.eval(FILL, 1, wire.DEAD, tag, count)


@pytest.mark.usefixtures("emptied")
def test_letters_are_paged(http: Http, queue: Queue, tag: str) -> None:
    assert http.get("/api/dead").expect(200) == {
        "total": 0, "matching": 0, "matching_is": "exact", "letters": [], "next": None,
    }  # fmt: skip
    bury(queue, tag, 120)
    ids: list[str] = []
    after = ""
    while True:
        page = http.get(f"/api/dead?limit=50{after}").expect(200)
        assert page["total"] == 120 and page["matching"] == (None if after else 120)
        ids += [letter["id"] for letter in page["letters"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert ids == [f"{tag}-{number}" for number in range(120, 0, -1)]
    one = http.get("/api/dead?code=common&limit=1").expect(200)
    assert (len(one["letters"]), one["total"], one["matching"], one["matching_is"]) == (1, 120, 120, "exact")
    none = http.get("/api/dead?code=rare").expect(200)
    assert (none["letters"], none["matching"], none["matching_is"], none["next"]) == ([], 0, "exact", None)
    letter = page["letters"][0]
    assert letter["code"] == "common" and letter["replayable"] is True and letter["attempts"] == 1
    whole = http.get(f"/api/dead/{letter['letter']}").expect(200)
    assert whole["fields"]["content"].startswith("text ")
    http.get("/api/dead/1-1").expect_error(404, "no_such_letter")
    http.get("/api/dead/x").expect_error(400, "invalid_request")
    for query in ("limit=0", "limit=501", "after=x", "lane=slow", "cod=x"):
        http.get(f"/api/dead?{query}").expect_error(400, "invalid_request")


@pytest.mark.usefixtures("emptied")
def test_a_hundred_thousand_letters_page_quickly(http: Http, queue: Queue, tag: str) -> None:
    bury(queue, tag, 100_000)
    began = time.monotonic()
    first = http.get("/api/dead").expect(200)
    assert time.monotonic() - began < 2
    assert first["total"] == 100_000 and len(first["letters"]) == 50
    assert (first["matching"], first["matching_is"]) == (100_000, "exact")
    began = time.monotonic()
    one = http.get("/api/dead?code=rare&limit=1").expect(200)
    assert time.monotonic() - began < 10
    assert one["matching_is"] == "at_least" and 10 <= one["matching"] < 100 and len(one["letters"]) == 1
    found: list[str] = []
    pages, after = 0, ""
    while True:
        began = time.monotonic()
        page = http.get(f"/api/dead?code=rare&limit=500{after}").expect(200)
        assert time.monotonic() - began < 10
        pages += 1
        found += [letter["id"] for letter in page["letters"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == [f"{tag}-{number}" for number in range(100_000, 0, -1_000)]
    assert 1 < pages < 10
    purged = http.post("/api/dead/purge", {"filter": {"code": "rare"}}).expect(200)
    assert purged["purged"] == 100 and purged["more"] is False
    purged = http.post("/api/dead/purge", {"all": True}).expect(200)
    assert purged["purged"] == 1_000 and purged["more"] is True
    assert queue.dead() == 98_900


@pytest.mark.usefixtures("emptied")
def test_letters_are_replayed_and_purged(http: Http, queue: Queue, tag: str) -> None:
    bury(queue, tag, 10)
    cut = queue.redis.xadd(
        wire.DEAD, {"id": f"{tag}-cut", "type": "embed", "_lane": "bulk", "_cut": "content"}
    ).decode()
    letters = [letter["letter"] for letter in http.get("/api/dead").expect(200)["letters"]]
    assert letters[0] == cut
    wrong_ones: list[dict[str, object]] = [
        {},
        {"filter": {}},
        {"all": False},
        {"ids": []},
        {"ids": ["x"]},
        {"ids": ["1-1"] * 1_001},
        {"ids": letters, "all": True},
        {"filter": {"cod": "x"}},
        {"filter": {"lane": "slow"}},
        {"all": True, "limit": 0},
        {"all": True, "limit": 1_001},
        {"all": 1},
    ]
    for wrong in wrong_ones:
        http.post("/api/dead/purge", wrong).expect_error(400, "invalid_request")
        http.post("/api/dead/replay", wrong).expect_error(400, "invalid_request")
    assert queue.dead() == 11

    answer = http.post("/api/dead/replay", {"ids": [cut, letters[1], letters[1], "1-1"]}).expect(200)
    assert (answer["replayed"], answer["gone"], answer["more"], answer["full"]) == (1, 1, False, None)
    assert [refused["id"] for refused in answer["refused"]] == [cut] and "content" in answer["refused"][0]["reason"]
    assert queue.wait_for_results([f"{tag}-10"], seconds=20)[f"{tag}-10"]["status"] == "ok"

    answer = http.post("/api/dead/replay", {"filter": {"code": "common"}, "limit": 4}).expect(200)
    assert answer["replayed"] == 4 and answer["more"] is True
    queue.wait_for_results([f"{tag}-{number}" for number in range(1, 5)], seconds=20)
    answer = http.post("/api/dead/replay", {"all": True}).expect(200)
    assert answer["replayed"] == 5 and answer["refused_count"] == 1 and answer["more"] is False
    queue.wait_for_results([f"{tag}-{number}" for number in range(1, 11)], seconds=20)
    assert queue.dead() == 1
    answer = http.post("/api/dead/purge", {"ids": [cut, letters[2]]}).expect(200)
    assert (answer["purged"], answer["gone"]) == (1, 1) and queue.dead() == 0


@pytest.mark.usefixtures("emptied")
def test_a_replay_respects_the_lanes_bound(http: Http, queue: Queue, tag: str) -> None:
    bury(queue, tag, 5)
    bound = queue.redis.hget(wire.LIMITS, "bulk")
    http.post("/api/lanes/bulk/pause").expect(200)
    queue.redis.hset(wire.LIMITS, "bulk", 2)
    try:
        answer = http.post("/api/dead/replay", {"all": True}).expect(200)
        assert answer["replayed"] == 2 and answer["more"] is True and "bulk" in answer["full"]
        assert queue.dead() == 3 and queue.depths()["bulk"] == 2
    finally:
        queue.redis.hset(wire.LIMITS, "bulk", bound)
        http.post("/api/lanes/bulk/resume").expect(200)


def test_without_redis_each_request_says_so(engines: Engines, http: Http, tag: str) -> None:
    engines.kill("redis")
    try:
        assert http.get("/metrics").status == 200
        for path in ("/api/dead", "/api/dead/1-1", f"/api/jobs/{tag}"):
            reply = http.get(path)
            assert reply.status == 503 and reply.json()["error"]["code"] == "redis_unavailable"
        for path, body in CHANGES:
            reply = http.post(path, body)
            assert reply.status == 503, (path, reply.body)
    finally:
        engines.restart("redis")
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=15)
    assert http.post("/api/jobs?wait=20s", {"type": "stats"}).expect(200)["status"] == "ok"
