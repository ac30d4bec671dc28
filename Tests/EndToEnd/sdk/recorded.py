"""Ways to a server that record what is said: through the tee, or with an HTTP client whose answers are read along."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from harness.mcp_recording import Recording


def tee(file: str, command: list[str]) -> list[str]:
    return [sys.executable, "-m", "harness.mcp_tee", file, *command]


def recorded_client(httpx: Any, file: str) -> Any:
    """An `AsyncClient` of that library (the SDKs use two, which are alike) that records."""

    class RecordedStream(httpx.AsyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any, recording: Recording, status: int, content_type: str) -> None:
            self.stream = stream
            self.recording = recording
            self.status = status
            self.content_type = content_type
            self.received = b""

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for part in self.stream:
                self.received += part
                yield part

        async def aclose(self) -> None:
            await self.stream.aclose()
            received, self.received = self.received, b""
            self.recording.answered(self.status, self.content_type, received)

    class RecordedTransport(httpx.AsyncHTTPTransport):  # type: ignore[misc]
        async def handle_async_request(self, request: Any) -> Any:
            recording = Recording(Path(file), request.headers.get("mcp-protocol-version"))
            recording.sent(await request.aread())
            response = await super().handle_async_request(request)
            content_type = response.headers.get("content-type", "")
            response.stream = RecordedStream(response.stream, recording, response.status_code, content_type)
            return response

    return httpx.AsyncClient(transport=RecordedTransport(), timeout=httpx.Timeout(30, read=60))
