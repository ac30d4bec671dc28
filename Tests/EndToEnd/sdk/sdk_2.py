"""The client of the MCP SDK 2, which `remote` lets a test direct."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from .recorded import recorded_client, tee
from .remote import serve

# Nothing is answered from what the client remembers.
ASK = "bypass"


class Connection:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.greeting = {
            "version": client.protocol_version,
            # Unknown where nobody has asked.
            "serverInfo": dumped(client.server_info) if client.server_info else None,
            "capabilities": dumped(client.server_capabilities),
            "instructions": client.session.instructions,
        }
        self.progress: dict[str, list[list[Any]]] = {}

    async def list_tools(self, cursor: str | None = None) -> object:
        return dumped(await self.client.list_tools(cursor=cursor, cache_mode=ASK))

    async def call_tool(self, name: str, arguments: dict[str, Any], progress: str | None = None) -> object:
        async def report(value: float, total: float | None, message: str | None) -> None:
            self.progress.setdefault(str(progress), []).append([value, total, message])

        return dumped(await self.client.call_tool(name, arguments, progress_callback=report if progress else None))

    async def progress_of(self, name: str) -> object:
        return self.progress.get(name, [])

    async def list_resources(self, cursor: str | None = None) -> object:
        return dumped(await self.client.list_resources(cursor=cursor, cache_mode=ASK))

    async def list_resource_templates(self) -> object:
        return dumped(await self.client.list_resource_templates(cache_mode=ASK))

    async def read_resource(self, uri: str) -> object:
        return dumped(await self.client.read_resource(uri, cache_mode=ASK))

    async def list_prompts(self) -> object:
        return dumped(await self.client.list_prompts(cache_mode=ASK))

    async def get_prompt(self, name: str, arguments: dict[str, str]) -> object:
        return dumped(await self.client.get_prompt(name, arguments))

    async def complete(self, reference: dict[str, str], argument: dict[str, str]) -> object:
        kind = types.PromptReference if reference["type"] == "ref/prompt" else types.ResourceTemplateReference
        return dumped(await self.client.complete(kind.model_validate(reference), argument))

    async def ping(self) -> object:
        return dumped(await self.client.session.send_ping())

    async def listen(self) -> object:
        """Opens a stream of changes, and lets go of it: what the server will tell of."""
        async with self.client.listen(tools_list_changed=True) as subscription:
            return dumped(subscription.honored)


def dumped(result: Any) -> dict[str, Any]:
    fields: dict[str, Any] = result.model_dump(mode="json", by_alias=True)
    return fields


@asynccontextmanager
async def connect(
    *, version: str, recording: str, url: str | None = None, command: list[str] | None = None, **more: Any
) -> AsyncIterator[Connection]:
    """`version`: auto, legacy, or one of the new era."""
    async with AsyncExitStack() as stack:
        way: Any
        if url is not None:
            client = await stack.enter_async_context(recorded_client(httpx2, recording))
            way = streamable_http_client(url, http_client=client)
        else:
            program, *arguments = tee(recording, command or [])
            way = StdioServerParameters(command=program, args=arguments, **more)
        yield Connection(await stack.enter_async_context(Client(way, mode=version)))


if __name__ == "__main__":
    serve(connect, MCPError)
