"""What a worker's HTTP server changes: who may, and the jobs that are sent over it."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from harness import wire
from harness.engines import Engines
from harness.http import TOKEN, Http
from harness.memoir import Worker
from harness.queue import Queue
from harness.waiting import wait_for

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


def test_a_body_that_does_not_come_whole_is_the_clients_fault(http: Http, http_worker: Worker) -> None:
    head = f"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    head += b"Content-Type: application/json\r\n"
    with http.connect(head + b"Content-Length: 100\r\n\r\n{") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
    with http.connect(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{") as connection:
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
    assert http_worker.events("http_request_failed") == []


def test_changes_are_logged_without_what_is_secret(http: Http, http_worker: Worker, tag: str) -> None:
    # A second has so many lines of one event.
    time.sleep(1.1)
    http.post(f"/api/jobs/{tag}/cancel").expect(202)
    line = http_worker.wait_for_event("http_change", containing=[f"path=/api/jobs/{tag}/cancel", "status=202"])
    assert "method=POST" in line
    http.post(f"/api/jobs/{tag}-no/cancel", headers={"Authorization": "Bearer guess"}).expect_error(401, "unauthorized")
    http_worker.wait_for_event("http_refused", containing=[f"{tag}-no", "401 unauthorized"])
    assert http_worker.events(TOKEN) == [] and http_worker.events("guess") == []


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
        return http.connect(head.encode() + body)

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
