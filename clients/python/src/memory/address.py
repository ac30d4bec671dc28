"""Where Redis is, from an argument or the environment, by the rules of docs/configuration.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .errors import Unavailable

DEFAULT_URL = "redis://127.0.0.1:6379"
DEFAULT_PORT = 6379


@dataclass(frozen=True)
class Address:
    # For messages: without user and password.
    label: str
    url: str | None = None
    # Arguments of the Redis client. What the URL names wins over them.
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


def find(url: str | None, environment: Mapping[str, str]) -> Address:
    """The argument, else REDIS_URL, else REDIS_HOST and REDIS_PORT, else this machine.

    REDIS_USERNAME, REDIS_PASSWORD and REDIS_DB complete what does not name them.
    """
    completing: dict[str, Any] = {}
    if username := environment.get("REDIS_USERNAME"):
        completing["username"] = username
    if password := environment.get("REDIS_PASSWORD"):
        completing["password"] = password
    if database := environment.get("REDIS_DB"):
        completing["db"] = _number("REDIS_DB", database)
    chosen = url or environment.get("REDIS_URL")
    host = environment.get("REDIS_HOST")
    if not chosen and host:
        port = _port(environment.get("REDIS_PORT"))
        return Address(f"{host}:{port}", None, {"host": host, "port": port} | completing)
    chosen = chosen or DEFAULT_URL
    return Address(_label(chosen), chosen, completing)


def _port(text: str | None) -> int:
    # Kubernetes sets REDIS_PORT=tcp://10.0.0.1:6379 for a service of that name.
    if not text or text.startswith("tcp://"):
        return DEFAULT_PORT
    return _number("REDIS_PORT", text)


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise Unavailable(f"{name} is {text!r}: write a whole number")
    return int(text)


def _label(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return parts.path
        if parts.scheme not in ("redis", "rediss"):
            raise ValueError
        return f"{parts.hostname or 'localhost'}:{parts.port or DEFAULT_PORT}"
    except ValueError:
        # The URL is not repeated: a password may stand in it.
        raise Unavailable(
            "the URL of Redis cannot be read: write redis://[username:password@]host[:port][/database], with "
            "/ ? # @ : % in a password percent-encoded"
        ) from None
