"""A worker's OpenAPI document: checks answers against it."""

from __future__ import annotations

import json
from typing import Any

from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from .engines import ROOT

DOCUMENT = ROOT / "Sources" / "Ops" / "API" / "openapi.json"


class Description:
    @classmethod
    def written(cls) -> Description:
        """As it stands in the sources."""
        return cls(json.loads(DOCUMENT.read_text()))

    def __init__(self, document: Any) -> None:
        self.document = document

    def check(self) -> None:
        """The document itself."""
        validate(self.document)

    @property
    def paths(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["paths"]
        return found

    def path_of(self, path: str) -> str:
        """The documented path that a request's path is one of; one without parameters is preferred."""
        parts = path.partition("?")[0].split("/")
        for documented in sorted(self.paths, key=lambda name: "{" in name):
            names = documented.split("/")
            if len(names) == len(parts) and all(
                name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)
            ):
                return documented
        raise AssertionError(f"{path} is not documented")

    def check_answer(self, method: str, path: str, status: int, content_type: str, body: Any) -> None:
        if status == 404 and body["error"]["code"] == "no_such_path":
            return
        operation = self.paths[self.path_of(path)][method.lower()]
        assert str(status) in operation["responses"], f"{method} {path} answers {status}, which is not documented"
        answer = self.resolve(operation["responses"][str(status)])
        kind = content_type.partition(";")[0]
        assert kind in answer["content"], f"{method} {path} answers {kind}, which is not documented"
        if kind == "application/json":
            validator = OAS31Validator(self.placed(answer["content"][kind]["schema"]))
            problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
            assert problems == [], f"{method} {path} {status}: {problems[:5]}"

    def resolve(self, node: Any) -> Any:
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def placed(self, schema: Any) -> Any:
        """The schema beside the components that it refers to."""
        return {**schema, "components": self.document["components"]}
