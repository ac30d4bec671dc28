"""docker-compose.yaml and deploy/Dockerfile, read and not run: what must not be lost when they change."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, Engines

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = re.sub(r"\\\n\s*", "", (REPOSITORY / "deploy" / "Dockerfile").read_text())
VARIABLE = re.compile(r"\$\{(\w+)")


def instructions(name: str) -> list[str]:
    return [line.partition(" ")[2] for line in DOCKERFILE.splitlines() if line.startswith(f"{name} ")]


def test_images() -> None:
    assert set(SERVICES) == {"redis", "qdrant", "worker"}
    assert SERVICES["redis"]["image"] == "redis:7-alpine"
    assert SERVICES["qdrant"]["image"] == "qdrant/qdrant:v1.11.3"
    build = SERVICES["worker"]["build"]
    assert (REPOSITORY / build["context"] / build["dockerfile"]).is_file()


def test_redis_keeps_what_it_accepts() -> None:
    command = SERVICES["redis"]["command"]
    settings = dict(zip(command[1::2], command[2::2]))
    assert settings["--appendonly"] == "yes" and settings["--appendfsync"] == "everysec"
    assert settings["--maxmemory-policy"] == "noeviction"
    assert "REDIS_PASSWORD" in settings["--requirepass"]
    assert all(isinstance(word, str) for word in command)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_watched_and_private(name: str) -> None:
    service = SERVICES[name]
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_data_is_in_named_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"redis-data", "qdrant-data"}
    assert SERVICES["redis"]["volumes"] == ["redis-data:/data"]
    assert SERVICES["qdrant"]["volumes"] == ["qdrant-data:/qdrant/storage"]


def test_worker() -> None:
    worker = SERVICES["worker"]
    assert worker["deploy"]["resources"]["limits"]["memory"] == "2g"
    assert worker["depends_on"] == {name: {"condition": "service_healthy"} for name in ("redis", "qdrant")}
    assert "/readyz" in worker["healthcheck"]["test"][3]
    assert worker["environment"]["MEMOIR_HTTP_HOST"] == "${MEMOIR_HTTP_TOKEN:+0.0.0.0}", "open only with a token"
    assert worker["read_only"] is True and worker["cap_drop"] == ["ALL"]


def test_secrets_come_from_outside() -> None:
    text = (REPOSITORY / "docker-compose.yaml").read_text()
    for name in ("OPENAI_API_KEY", "REDIS_PASSWORD"):
        assert f"${{{name}:?" in text, f"{name} must be required"
    example = (REPOSITORY / ".env.example").read_text()
    assert all(f"{name}=" in example for name in VARIABLE.findall(text))
    assert not re.search(r"sk-\w{8}", text + example)


def test_qdrant_health_check_works(engines: Engines) -> None:
    """Runs the check's own script against a server that is up, and after it went down."""
    command = SERVICES["qdrant"]["healthcheck"]["test"]
    assert command[:3] == ["CMD", "bash", "-c"] and not re.search(r"\b(curl|wget)\b", command[3])
    port = engines.start("--only", "qdrant")["QDRANT_URL"].rpartition(":")[2]
    script = command[3].replace("$$", "$").replace("/6333", f"/{port}")
    assert script != command[3]
    assert subprocess.run(["bash", "-c", script], timeout=10).returncode == 0
    engines.call("stop")
    assert subprocess.run(["bash", "-c", script], timeout=10, stderr=subprocess.DEVNULL).returncode != 0


def test_dockerfile() -> None:
    assert instructions("FROM") == ["swift:6.3-bookworm AS build", "debian:bookworm-slim"]
    build, runtime = [line for line in instructions("RUN") if "apt-get install" in line]
    assert all(name in build for name in ("libhiredis-dev", "libcurl4-openssl-dev", "libpq-dev"))
    assert all(name in runtime for name in ("libhiredis0.14", "libcurl4", "libpq5", "ca-certificates", "tini"))
    assert any("swift build -c release --product memoir --static-swift-stdlib" in line for line in instructions("RUN"))
    assert [json.loads(line) for line in instructions("ENTRYPOINT")] == [["tini", "--", "memoir"]]
    assert [json.loads(line) for line in instructions("CMD")] == [["worker"]]
    assert instructions("EXPOSE") == ["8420"]
    assert instructions("USER") and not instructions("USER")[-1].startswith(("root", "0"))
    assert "config/ /etc/memoir/" in instructions("COPY")
    assert any(line.startswith("MEMOIR_CONFIG=/etc/memoir/") for line in instructions("ENV"))
