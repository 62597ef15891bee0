"""What the published API descriptions say that an answer looks like."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema

from tests.immich.simulator.recorded import SHARED, VERSIONS


@cache
def specification(generation: str) -> dict[str, Any]:
    """The OpenAPI document, its schemas turned into plain JSON Schema."""
    document = json.loads((SHARED / f"openapi-{VERSIONS[generation]}.json").read_text("utf-8"))
    plain: dict[str, Any] = _without_nullable(document)
    return plain


def _without_nullable(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _without_nullable(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


@cache
def _operations(generation: str) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    paths: dict[str, Any] = specification(generation)["paths"]
    ordered = sorted(paths.items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations) for path, operations in ordered]


def described(generation: str, method: str, path: str) -> dict[str, Any] | None:
    """The operation of a request, or None when the description does not know it."""
    for pattern, operations in _operations(generation):
        if pattern.fullmatch(path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    return None


def complaints(generation: str, method: str, path: str, status: int, body: Any) -> set[str]:
    """Where a JSON answer is not as described; list indices are left out so that answers can be compared."""
    operation = described(generation, method, path)
    if operation is None:
        return {f"{method} {path} is not described"}
    answer = operation["responses"].get(str(status))
    if answer is None:
        return {f"{method} {path} does not answer {status}"}
    content = answer.get("content", {}).get("application/json")
    if content is None:
        return set() if body in (None, "") else {"no JSON body is described"}
    schema = {**content["schema"], "components": specification(generation)["components"]}
    return {
        f"{_place(error)}: {error.validator}" for error in jsonschema.Draft202012Validator(schema).iter_errors(body)
    }


def _place(error: jsonschema.ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path if not isinstance(part, int))
