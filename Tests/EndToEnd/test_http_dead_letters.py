"""Dead letters over a worker's HTTP server: paged, replayed, purged."""

from __future__ import annotations

import time

import pytest
from harness import wire
from harness.http import Http
from harness.queue import Queue

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
