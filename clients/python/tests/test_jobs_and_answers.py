"""The wire without Redis: fields that go out, results and errors that come back."""

from __future__ import annotations

import json
import math
import pickle
import re
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from harness.engines import ROOT

from memory import Expired, InvalidJob, JobFailed, MemoirError, QueueFull, TimedOut, Unavailable, wire


def fields(kind: str, **values: object) -> dict[str, str]:
    job = wire.make_job(kind, values, job_id="job-1", lane=None)
    return dict(zip(job.fields[::2], job.fields[1::2], strict=True))


def test_the_script_is_that_of_the_documentation() -> None:
    page = (ROOT / "docs" / "wire.md").read_text()
    (documented,) = re.findall(r"```lua\n(.*?)```", page, re.DOTALL)
    assert wire.ENQUEUE_SCRIPT.strip() == documented.strip()


def test_keys() -> None:
    keys = wire.Keys("memory:", "0")
    assert keys.lane("save") == "memory:{0}:jobs:save"
    assert keys.result("a") == "memory:{0}:result:a"
    assert keys.replies("a") == "memory:{0}:replies:a"
    assert wire.Keys("agents:", "eu").limits == "agents:{eu}:limits"


def test_fields_that_are_none_are_left_out() -> None:
    sent = fields("search", collection="notes", query="é", top_k=3, filters={"a": None}, score_threshold=None)
    assert sent == {
        "v": "1",
        "id": "job-1",
        "type": "search",
        "collection": "notes",
        "query": "é",
        "top_k": "3",
        "filters": '{"a":null}',
    }


@pytest.mark.parametrize(
    "value, written",
    [
        (22.70, 22.7),
        (Decimal("22.70"), 22.7),
        (Decimal("3.00"), 3),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone.utc), "2026-01-31T12:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"only"}, ["only"]),
        (("a", 1), ["a", 1]),
    ],
)
def test_values_that_json_does_not_have(value: object, written: object) -> None:
    assert json.loads(fields("save", content="x", metadata={"value": value})["metadata"]) == {"value": written}


@pytest.mark.parametrize(
    "field, value",
    [
        ("metadata", {"value": math.nan}),
        ("metadata", {"value": object()}),
        ("metadata", {"value": datetime(2026, 1, 31)}),
        ("metadata", ["a"]),
        ("filters", {"value": b"bytes"}),
        ("content", 5.0 + 1j),
        ("content", "\ud800"),
        ("key", b"bytes"),
        ("top_k", True),
    ],
)
def test_what_cannot_be_sent_names_its_field(field: str, value: object) -> None:
    with pytest.raises(InvalidJob) as caught:
        fields("save", **{field: value})
    assert caught.value.field == field


def test_lanes() -> None:
    for kind, lane in (("save", "save"), ("search", "search"), ("embed", "embed"), ("forget", "save")):
        assert wire.make_job(kind, {}, job_id=None, lane=None).lane == lane
        assert wire.make_job(kind, {}, job_id=None, lane="bulk").lane == "bulk"
    with pytest.raises(InvalidJob) as caught:
        wire.make_job("save", {}, job_id=None, lane="fast")
    assert caught.value.field == "lane"


def test_ids_are_unique() -> None:
    assert len({wire.make_job("save", {}, job_id=None, lane=None).id for _ in range(1_000)}) == 1_000


def answer(status: str, code: str = "", message: str = "", *, retryable: bool = False) -> bytes:
    error = {"code": code, "message": message, "retryable": retryable}
    return json.dumps({"id": "job-1", "status": status, "result": None, "error": error}).encode()


@pytest.mark.parametrize(
    "message, field",
    [
        ('collection: "invoice" is not a known collection', "collection"),
        ("amount.gte: is a string", "amount.gte"),
        ('"vendor name".id: is no path', '"vendor name".id'),
        ("nothing in particular", None),
    ],
)
def test_an_invalid_job_names_the_field(message: str, field: str | None) -> None:
    with pytest.raises(InvalidJob) as caught:
        wire.read_result("job-1", answer("error", "invalid_job", message))
    assert caught.value.field == field
    assert caught.value.job_id == "job-1"
    assert isinstance(caught.value, ValueError)


def test_a_failed_job() -> None:
    with pytest.raises(JobFailed) as caught:
        wire.read_result("job-1", answer("error", "store_failed", "Qdrant says no", retryable=True))
    assert (caught.value.code, caught.value.retryable) == ("store_failed", True)
    assert str(caught.value) == "store_failed: Qdrant says no"


def test_an_expired_job() -> None:
    with pytest.raises(Expired):
        wire.read_result("job-1", answer("expired", "expired", "too late"))


@pytest.mark.parametrize("raw", [b"", b"5", b"{}", b"[]", b'{"status": "error"}', b'{"status": "error", "error": 5}'])
def test_what_is_no_result(raw: bytes) -> None:
    with pytest.raises(MemoirError, match="holds something else"):
        wire.read_result("job-1", raw)


def test_a_full_queue() -> None:
    full = wire.read_queue_full("QUEUE_FULL lane=save length=7 bound=5", "job-1")
    assert full is not None
    assert (full.lane, full.length, full.bound, full.job_id) == ("save", 7, 5, "job-1")
    assert wire.read_queue_full("OOM command not allowed", None) is None


def test_hit_rates_of_nothing_are_zero() -> None:
    stats = {"cache": {"hit_rate_percent": None, "hits": 0, "search": {"hit_rate_percent": None}}, "dead": None}
    zero = {"hit_rate_percent": 0.0}
    assert wire.read_statistics(stats) == {"cache": {**zero, "hits": 0, "search": zero}, "dead": None}
    assert wire.read_statistics({"cache": {"hit_rate_percent": 99.2}}) == {"cache": {"hit_rate_percent": 99.2}}
    assert wire.read_statistics({}) == {}


def test_an_embedding() -> None:
    assert wire.read_embedding("AACAPwAAAMA=") == [1.0, -2.0]


@pytest.mark.parametrize(
    "error",
    [
        QueueFull("full", lane="save", length=2, bound=1, job_id="a"),
        InvalidJob("wrong", field="key"),
        JobFailed("no", code="poison", retryable=False),
        TimedOut("late", job_id="a"),
        Unavailable("away"),
    ],
)
def test_errors_survive_another_process(error: MemoirError) -> None:
    copy: Any = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)
