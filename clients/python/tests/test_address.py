"""Where Redis is said to be."""

from __future__ import annotations

from typing import Any

import pytest

from memory import MemoryManager, Unavailable
from memory.address import find


@pytest.mark.parametrize(
    "argument, environment, label, url, options",
    [
        (None, {}, "127.0.0.1:6379", "redis://127.0.0.1:6379", {}),
        ("redis://a:1/2", {"REDIS_URL": "redis://b"}, "a:1", "redis://a:1/2", {}),
        (None, {"REDIS_URL": "redis://:pw@b", "REDIS_HOST": "c"}, "b:6379", "redis://:pw@b", {}),
        (None, {"REDIS_URL": "redis://b", "REDIS_PASSWORD": "p@w"}, "b:6379", "redis://b", {"password": "p@w"}),
        (
            None,
            {"REDIS_HOST": "c", "REDIS_PORT": "7", "REDIS_DB": "3"},
            "c:7",
            None,
            {"host": "c", "port": 7, "db": 3},
        ),
        (None, {"REDIS_HOST": "c", "REDIS_PORT": "tcp://10.0.0.1:6379"}, "c:6379", None, {"host": "c", "port": 6379}),
        (None, {"REDIS_URL": "", "REDIS_HOST": ""}, "127.0.0.1:6379", "redis://127.0.0.1:6379", {}),
        ("unix:///run/redis.sock", {}, "/run/redis.sock", "unix:///run/redis.sock", {}),
    ],
)
def test_sources(
    argument: str | None, environment: dict[str, str], label: str, url: str | None, options: dict[str, Any]
) -> None:
    address = find(argument, environment)
    assert (address.label, address.url, address.options) == (label, url, options)


@pytest.mark.parametrize("url", ["http://:secret@a", "redis://:secret@a:port", "secret"])
def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(Unavailable) as caught:
        MemoryManager(url)
    assert "secret" not in str(caught.value)


async def test_a_redis_that_is_away() -> None:
    manager = MemoryManager("redis://:secret@127.0.0.1:1", command_timeout=0.5)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 cannot be reached.*memoir doctor") as caught:
        await manager.initialize()
    assert "secret" not in str(caught.value)
    await manager.close()
