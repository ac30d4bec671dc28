"""A worker's HTTP server: health, figures and what it refuses."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from conftest import StartWorker
from harness import memoir
from harness.engines import Engines
from harness.http import TOKEN, Http
from harness.memoir import Worker
from harness.waiting import wait_for

LANES = ["search", "save", "embed", "bulk"]


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    worker = Worker(memoir.environment(engines.environment, {"MEMOIR_HTTP_TOKEN": TOKEN}))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.fixture(scope="module")
def http(worker: Worker) -> Http:
    return Http(worker.http_url, TOKEN)


def status_of(readiness: dict[str, object], name: str) -> str:
    checks = readiness["checks"]
    assert isinstance(checks, list)
    (found,) = [check["status"] for check in checks if check["name"] == name]
    return str(found)


def test_a_working_worker_is_alive_and_ready(http: Http) -> None:
    assert http.get("/livez").status == 200
    readiness = wait_for("readiness", lambda: (r := http.get("/readyz")).status == 200 and r.json(), seconds=10)
    assert readiness["status"] == "ready"
    assert [check["name"] for check in readiness["checks"]] == ["redis", "store", "embeddings", "worker"]
    assert all(check["status"] == "ok" and check["reason"] is None for check in readiness["checks"])


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
    worker = start_worker({"MEMOIR_HTTP_HOST": "0.0.0.0", "MEMOIR_HTTP_TOKEN": TOKEN})
    url = worker.http_url.replace("0.0.0.0", "127.0.0.1")
    with_token, without = Http(url, TOKEN), Http(url)
    for path in ("/api/stats", "/api/lanes", "/api/workers", "/api/events"):
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


def test_readiness_tells_what_is_wrong(engines: Engines, http: Http, env: dict[str, str]) -> None:
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=10)
    http.get("/api/stats").expect(200)
    engines.kill("redis")
    try:
        answer = wait_for("the outage to be seen", lambda: (r := http.get("/readyz")).status == 503 and r, seconds=15)
        (redis,) = [check for check in answer.json()["checks"] if check["name"] == "redis"]
        assert redis["status"] == "failed" and "onnect" in redis["reason"], redis
        assert http.get("/livez").status == 200
        assert wait_for("no figures", lambda: (r := http.get("/api/stats")).status == 503 and r, seconds=15)
        name, data = next(event for event in http.events() if event[0] != "figures")
        assert name == "problem" and data["error"]["code"] == "redis_unavailable"
    finally:
        engines.restart("redis")
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=15)
    assert wait_for("figures", lambda: http.get("/api/stats").status == 200, seconds=15)
    engines.kill("embeddings")
    try:
        memoir.run("embed", "nobody embeds", "--timeout", "1s", env=env).expect(75)
        answer = wait_for("the outage to be seen", lambda: (r := http.get("/readyz")).status == 503 and r, seconds=15)
        assert status_of(answer.json(), "embeddings") == "failed" and status_of(answer.json(), "redis") == "ok"
    finally:
        engines.restart("embeddings")
    wait_for("readiness", lambda: http.get("/readyz").status == 200, seconds=30)
