"""Holds what an MCP server said (`mcp_recording`) against the JSON schemas of the specification.

Each message is checked as a message of the protocol, and each result and notification as the one that its method has.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
from jsonschema.protocols import Validator

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas" / "mcp"
VERSIONS = tuple(sorted(file.stem for file in SCHEMAS.glob("*.json")))
*HANDSHAKE, NEW = VERSIONS
# Of what is said before a version is agreed on.
FIRST = HANDSHAKE[-1]
BATCHES = "2025-03-26"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"

Message = dict[str, Any]


class Schema:
    """The specification's of one version."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.document: dict[str, Any] = json.loads((SCHEMAS / f"{version}.json").read_text())
        self.place = "$defs" if "$defs" in self.document else "definitions"
        self.definitions: dict[str, Any] = self.document[self.place]
        self.kind = jsonschema.validators.validator_for(self.document)
        self.requests = self.methods("ClientRequest")
        self.notifications = self.methods("ServerNotification")
        # Names differ from version to version.
        self.answer = self.first("JSONRPCResultResponse", "JSONRPCResponse")
        self.error = self.first("JSONRPCErrorResponse", "JSONRPCError")
        self.errors = self.errors_by_code()

    def errors_by_code(self) -> dict[int, str]:
        """Of errors that have more to them than a code and a message."""
        found = {}
        for name, definition in self.definitions.items():
            for part in definition.get("properties", {}).get("error", {}).get("allOf", []):
                if "code" in part.get("properties", {}):
                    found[part["properties"]["code"]["const"]] = name
        return found

    def methods(self, union: str) -> dict[str, str]:
        """Definitions by the method that they are of."""
        names = [member["$ref"].rpartition("/")[2] for member in self.definitions[union]["anyOf"]]
        return {self.definitions[name]["properties"]["method"]["const"]: name for name in names}

    def first(self, *names: str) -> str:
        return next(name for name in names if name in self.definitions)

    def result_of(self, method: str) -> str:
        name = self.requests[method].removesuffix("Request") + "Result"
        return name if name in self.definitions else "EmptyResult"

    @cache  # noqa: B019
    def validator(self, definition: str) -> Validator:
        return self.kind({"$ref": f"#/{self.place}/{definition}", self.place: self.definitions})

    def complaints(self, definition: str, value: object) -> list[str]:
        found = self.validator(definition).iter_errors(value)
        return [f"{self.version} {definition} {error.json_path}: {error.message[:300]}" for error in found]


@cache
def schema(version: str) -> Schema:
    return Schema(version)


class Request(NamedTuple):
    method: str
    version: str | None


class Heard(NamedTuple):
    """What was said: `kind` is result, error or notification."""

    version: str
    method: str
    kind: str


class Conversation:
    """What one conversation has come to."""

    def __init__(self, version: str | None) -> None:
        self.version = version if version in VERSIONS else None
        self.versions = {self.version}
        # By id, the newest first: a client may use one again, though it should not.
        self.requests: dict[str, list[Request]] = {}
        # By progress token.
        self.progress: dict[str, str | None] = {}

    def sent(self, message: object) -> None:
        if isinstance(message, list):
            for each in message:
                self.sent(each)
        if not isinstance(message, dict) or "id" not in message:
            return
        parameters = message.get("params")
        meta = parameters.get("_meta") if isinstance(parameters, dict) else None
        meta = meta if isinstance(meta, dict) else {}
        # Whoever names one that nobody knows is of the new era.
        version = (meta[VERSION_KEY] if meta[VERSION_KEY] in VERSIONS else NEW) if VERSION_KEY in meta else None
        of_this_id = self.requests.setdefault(json.dumps(message["id"]), [])
        request = Request(str(message.get("method")), version)
        if request in of_this_id:
            of_this_id.remove(request)
        of_this_id.insert(0, request)
        if "progressToken" in meta:
            self.progress[json.dumps(meta["progressToken"])] = version

    def agree(self, result: object) -> None:
        """What a request to initialize was answered with."""
        agreed = result.get("protocolVersion") if isinstance(result, dict) else None
        if agreed in HANDSHAKE:
            self.version = agreed
            self.versions.add(agreed)

    def version_of(self, request: Request | None) -> str:
        return (request.version if request else None) or self.version or FIRST

    def version_of_notification(self, message: Message) -> str:
        token = json.dumps((message.get("params") or {}).get("progressToken"))
        of_request = self.progress.get(token)
        if of_request is None and message["method"] not in schema(self.version or FIRST).notifications:
            return NEW
        return of_request or self.version or FIRST


class Review:
    """Of everything that is written into a file or folder; it is read as far as it has come, each line once."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.offsets: dict[Path, int] = {}
        self.conversations: dict[str, Conversation] = {}
        self.heard: Counter[Heard] = Counter()

    def complaints(self) -> list[str]:
        found: list[str] = []
        for file in [self.place] if self.place.is_file() else sorted(self.place.glob("*.jsonl")):
            with file.open("rb") as lines:
                lines.seek(self.offsets.get(file, 0))
                for line in lines:
                    found += self.read(json.loads(line))
                self.offsets[file] = lines.tell()
        return found

    def read(self, entry: dict[str, Any]) -> list[str]:
        text: str = entry["text"]
        conversation = self.conversations.setdefault(entry["conversation"], Conversation(entry.get("version")))
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            # Clients of the tests say what is no JSON, too.
            return [f"no JSON: {text[:300]!r}"] if entry["from"] == "server" else []
        if entry["from"] == "client":
            conversation.sent(message)
            return []
        place = f" in {entry['test']}" if entry.get("test") else ""
        return [f"{complaint}{place}: {text[:1_000]}" for complaint in self.received(conversation, message)]

    def received(self, conversation: Conversation, message: object) -> list[str]:
        if isinstance(message, list):
            rules = schema(BATCHES)
            whole = [with_id(rules, one) if isinstance(one, dict) else one for one in message]
            found = rules.complaints("JSONRPCBatchResponse", whole)
            # Another version may have been agreed on while the batch was worked on.
            found += [] if BATCHES in conversation.versions else ["a batch in a version without"]
            return found + [each for one in message for each in self.received(conversation, one)]
        if not isinstance(message, dict):
            return ["no message"]
        if "method" in message:
            return self.notified(conversation, message)
        return self.answered(conversation, message)

    def notified(self, conversation: Conversation, message: Message) -> list[str]:
        version = conversation.version_of_notification(message)
        definition = schema(version).notifications.get(message["method"])
        if definition is None:
            return [f"no notification of {version}"]
        self.heard[Heard(version, message["method"], "notification")] += 1
        found = schema(version).complaints(definition, message)
        return found + schema(version).complaints("JSONRPCMessage", message)

    def answered(self, conversation: Conversation, message: Message) -> list[str]:
        """Of an id that was used for several requests, the answer must be right for one of them."""
        identity = message.get("id")
        requests: list[Request | None] = [*conversation.requests.get(json.dumps(identity), [])]
        if not requests:
            if "error" not in message or identity is not None:
                return ["answers what nobody has asked"]
            requests = [None]
        if any(request and request.method == "initialize" for request in requests):
            conversation.agree(message.get("result"))
        found: list[str] = []
        for request in requests:
            version = conversation.version_of(request)
            complaints = answer_complaints(schema(version), request.method if request else "", message)
            if not complaints:
                kind = "error" if "error" in message else "result"
                self.heard[Heard(version, request.method if request else "", kind)] += 1
                return []
            found = found or complaints
        return found


def answer_complaints(rules: Schema, method: str, message: Message) -> list[str]:
    if "error" in message:
        whole = with_id(rules, message)
        found = rules.complaints(rules.error, whole) + rules.complaints("JSONRPCMessage", whole)
        own = rules.errors.get(whole["error"].get("code", 0)) if isinstance(whole["error"], dict) else None
        return found + (rules.complaints(own, whole) if own else [])
    if method not in rules.requests:
        return [f"a result of {method}, which {rules.version} does not have"]
    found = rules.complaints(rules.answer, message) + rules.complaints("JSONRPCMessage", message)
    return found + rules.complaints(rules.result_of(method), message["result"])


def with_id(rules: Schema, message: Message) -> Message:
    """JSON-RPC, and the SDKs with it, has `"id": null` in an error where the request's id cannot be told; the schemas
    have no null there. Newer ones let the id be left out, and for the others one is put in."""
    if "id" not in message or message["id"] is not None:
        return message
    is_needed = "id" in rules.definitions[rules.error]["required"]
    return {name: value for name, value in message.items() if name != "id"} | ({"id": 0} if is_needed else {})
