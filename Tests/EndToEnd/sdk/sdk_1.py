"""The client of the MCP SDK 1, which `remote` lets a test direct."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import httpx
from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from .recorded import recorded_client, tee
from .remote import serve


class Connection:
    def __init__(self, session: ClientSession, greeting: types.InitializeResult) -> None:
        self.session = session
        self.greeting = {"version": greeting.protocolVersion, **dumped(greeting)}
        self.progress: dict[str, list[list[Any]]] = {}

    async def list_tools(self, cursor: str | None = None) -> object:
        return dumped(await self.session.list_tools(params=types.PaginatedRequestParams(cursor=cursor)))

    async def call_tool(self, name: str, arguments: dict[str, Any], progress: str | None = None) -> object:
        async def report(value: float, total: float | None, message: str | None) -> None:
            self.progress.setdefault(str(progress), []).append([value, total, message])

        # This SDK says nothing to the server when a call is cancelled, and has no name for the id of a request.
        identity = self.session._request_id
        try:
            return dumped(await self.session.call_tool(name, arguments, progress_callback=report if progress else None))
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                parameters = types.CancelledNotificationParams(requestId=identity, reason="no longer needed")
                notification = types.CancelledNotification(params=parameters)
                await self.session.send_notification(types.ClientNotification(notification))
            raise

    async def progress_of(self, name: str) -> object:
        return self.progress.get(name, [])

    async def list_resources(self, cursor: str | None = None) -> object:
        return dumped(await self.session.list_resources(params=types.PaginatedRequestParams(cursor=cursor)))

    async def list_resource_templates(self) -> object:
        return dumped(await self.session.list_resource_templates())

    async def read_resource(self, uri: str) -> object:
        return dumped(await self.session.read_resource(types.AnyUrl(uri)))

    async def list_prompts(self) -> object:
        return dumped(await self.session.list_prompts())

    async def get_prompt(self, name: str, arguments: dict[str, str]) -> object:
        return dumped(await self.session.get_prompt(name, arguments))

    async def complete(self, reference: dict[str, str], argument: dict[str, str]) -> object:
        kind = types.PromptReference if reference["type"] == "ref/prompt" else types.ResourceTemplateReference
        return dumped(await self.session.complete(kind.model_validate(reference), argument))

    async def ping(self) -> object:
        return dumped(await self.session.send_ping())


def dumped(result: Any) -> dict[str, Any]:
    fields: dict[str, Any] = result.model_dump(mode="json", by_alias=True)
    return fields


@asynccontextmanager
async def connect(
    *, version: str, recording: str, url: str | None = None, command: list[str] | None = None, **more: Any
) -> AsyncIterator[Connection]:
    # It offers its newest version, and understands the others.
    types.LATEST_PROTOCOL_VERSION = version
    async with AsyncExitStack() as stack:
        if url is not None:
            client = await stack.enter_async_context(recorded_client(httpx, recording))
            way = streamable_http_client(url, http_client=client)
        else:
            program, *arguments = tee(recording, command or [])
            way = stdio_client(StdioServerParameters(command=program, args=arguments, **more))
        reader, writer, *_ = await stack.enter_async_context(way)
        session = await stack.enter_async_context(ClientSession(reader, writer))
        yield Connection(session, await session.initialize())


if __name__ == "__main__":
    serve(connect, McpError)
