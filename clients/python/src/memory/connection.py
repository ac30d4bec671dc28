"""Connections to Redis, and what its errors mean to a producer. With `channel`, all that knows redis-py."""

from __future__ import annotations

import asyncio
from typing import Any

from redis import exceptions
from redis.asyncio.connection import Connection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from .address import Address
from .errors import MemoirError, Unavailable
from .wire import read_queue_full

CONNECT_SECONDS = 5.0

# What a command may raise that says something about Redis or the way to it.
REDIS_ERRORS = (exceptions.RedisError, OSError, asyncio.TimeoutError, EOFError)

# Refusals that pass by themselves: the command is sent again.
PASSING = ("LOADING", "BUSY", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "UNBLOCKED", "FAILOVER")
PASSING_CLASSES = (
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.TryAgainError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
)
HINTS = {
    "OOM": "Redis is at its maxmemory: let workers catch up, or give it more",
    "MISCONF": "Redis cannot write to its disk: see its log and the room on the disk",
    "NOPERM": "the Redis user may not do this: extend its ACL to the keys and commands of docs/wire.md",
    "NOAUTH": "Redis wants a password: set REDIS_PASSWORD, or name it in REDIS_URL",
    "WRONGPASS": "Redis refuses the password: correct REDIS_PASSWORD, or REDIS_URL",
}
AWAY = "check REDIS_URL and that Redis runs (redis-cli ping); memoir doctor says more"


def open_pool(address: Address, *, timeout: float) -> Any:
    """Makes connections, but reads and writes without a time-out of its own: whoever uses them has one for all.

    It repeats nothing by itself: whoever calls knows what may be sent twice and until when.
    """
    options: dict[str, Any] = {
        **address.options,
        "socket_timeout": None,
        "socket_connect_timeout": min(CONNECT_SECONDS, timeout),
        "socket_keepalive": True,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "decode_responses": False,
    }
    if address.url is None:
        return ConnectionPool(connection_class=Connection, **options)
    return ConnectionPool.from_url(address.url, **options)


def is_missing_script(error: BaseException) -> bool:
    return isinstance(error, exceptions.NoScriptError) or str(error).startswith("NOSCRIPT")


def is_forbidden(error: BaseException | None) -> bool:
    return isinstance(error, exceptions.NoPermissionError) or str(error).startswith("NOPERM")


def is_replica(error: BaseException) -> bool:
    return isinstance(error, exceptions.ReadOnlyError) or str(error).startswith("READONLY")


def is_passing(error: BaseException) -> bool:
    """Whether to send the command again: the connection failed, or Redis is not ready yet."""
    if isinstance(error, exceptions.AuthenticationError):
        return False
    if isinstance(error, PASSING_CLASSES):
        return True
    if isinstance(error, exceptions.ResponseError):
        return str(error).startswith(PASSING)
    # The first two are one from Python 3.11 on.
    lost = (TimeoutError, asyncio.TimeoutError, exceptions.TimeoutError, exceptions.ConnectionError, OSError, EOFError)
    return isinstance(error, lost)


def translate(error: BaseException, address: Address, job_id: str | None = None) -> MemoirError:
    """What the caller gets to see of it."""
    text = str(error).rstrip(".") or type(error).__name__
    if full := read_queue_full(text, job_id):
        return full
    at = f"Redis at {address.label}"
    if isinstance(error, exceptions.AuthenticationError) or text.startswith("NOAUTH"):
        hint = HINTS["WRONGPASS" if "invalid" in text.lower() or "WRONGPASS" in text else "NOAUTH"]
        return Unavailable(f"{at}: {text}. {hint}", job_id=job_id)
    if isinstance(error, exceptions.NoPermissionError):
        return Unavailable(f"{at}: {text}. {HINTS['NOPERM']}", job_id=job_id)
    if isinstance(error, exceptions.OutOfMemoryError):
        return Unavailable(f"{at}: {text}. {HINTS['OOM']}", job_id=job_id)
    if isinstance(error, exceptions.ResponseError):
        hint = HINTS.get(text.split(" ", 1)[0], "memoir doctor says more")
        return Unavailable(f"{at} refuses: {text}. {hint}", job_id=job_id)
    return Unavailable(f"{at} cannot be reached: {text}. {AWAY}", job_id=job_id)
