"""A worker's HTTP server: health, figures and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time

import pytest
import yaml
from conftest import StartWorker
from harness import memoir
from harness.engines import ROOT, Engines, Name
from harness.http import TOKEN, Http
from harness.memoir import Worker
from harness.openapi import Description
from harness.waiting import wait_for

LANES = ["search", "save", "embed", "bulk"]


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
    events = http.events()
    assert next(events)[0] == "figures"
    requests = (
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /api/stats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
        b"GET /liv",
    )
    connections = [http.connect(request) for request in requests]
    time.sleep(0.3)
    began = time.monotonic()
    assert worker.terminate() == 0
    assert time.monotonic() - began < 5
    assert [name for name, _ in events if name != "figures"] == []
    for connection in connections:
        connection.close()


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
    connections = [http.connect(request_text) for _ in range(512)]
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


def test_the_document_is_valid_and_says_what_there_is(http: Http) -> None:
    served = http.get("/openapi.json").expect(200)
    description = Description.written()
    assert served == description.document
    description.check()
    for path, operations in description.paths.items():
        concrete = path.replace("{letter}", "1-1").replace("{id}", "nobody").replace("{lane}", "bulk")
        allowed = set(http.request("OPTIONS", concrete).headers["allow"].split(", "))
        documented = {method.upper() for method in operations}
        assert documented | {"OPTIONS"} == allowed - {"HEAD"}, path


def test_metrics_are_read_from_memory(http: Http, http_worker: Worker) -> None:
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
