"""What settings does a model have, and what may each of them be? Read from its JSON schema: one truth for all faces."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from artframe.config.problem import Path

Schema = Mapping[str, Any]

TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "array": "list",
    "object": "object",
}
MANY = 1_000_000
"""An index beyond those entries of a list that have rules of their own."""
_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
FORMATS = {"password": "secret", "path": "path", "uuid": "UUID", "uri": "web address"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting as people see it. ``default`` and ``allowed`` are texts; ``path`` is dotted (``display.panel``)."""

    path: str
    title: str
    type: str
    default: str
    allowed: str
    unit: str
    help: str
    secret: bool
    required: bool


def settings_in(schema: Schema, prefix: str = "") -> Iterator[Setting]:
    """Every setting of the schema, in order, those of nested objects in place of the object."""
    required = set(schema.get("required", ()))
    for name in schema.get("properties", {}):
        node = node_at(schema, (name,))
        assert node is not None
        path = f"{prefix}{name}"
        if node.get("properties"):
            yield from settings_in(node, f"{path}.")
            continue
        secret = is_secret(node)
        yield Setting(
            path=path,
            title=str(node.get("title", name)),
            type=type_of(node),
            default="" if secret or "default" not in node else _default(node["default"]),
            allowed=range_of(node),
            unit=str(node.get("unit", "")),
            help=str(node.get("description", "")),
            secret=secret,
            required=name in required,
        )


def node_at(schema: Schema, path: Path) -> dict[str, Any] | None:
    """The part of the schema that rules the value at ``path``; None if the schema knows no such setting."""
    root = schema.get("$defs", {})
    node = _resolved(schema, root)
    for part in path:
        inner = next((found for option in _options(node, root) if (found := _member(option, part)) is not None), None)
        if inner is None:
            return None
        node = _resolved(inner, root)
    return {**node, "$defs": root}


def names_at(schema: Schema, path: Path) -> list[str]:
    """The names of the settings that the object at ``path`` may hold."""
    node = node_at(schema, path)
    return (
        [] if node is None else [name for part in _options(node, node["$defs"]) for name in part.get("properties", {})]
    )


def options_of(node: Schema) -> list[Any]:
    """The values that may be chosen, when only certain ones may."""
    found: list[Any] = []
    for part in _options(node, node.get("$defs", {})):
        found += part["enum"] if "enum" in part else [part["const"]] if "const" in part else []
    return found


def json_types(node: Schema) -> set[str]:
    """The JSON types that the value may have: ``string``, ``null``, ..., empty if anything may stand there."""
    found: set[str] = set()
    for part in _options(node, node.get("$defs", {})):
        values = part.get("enum") or ([part["const"]] if "const" in part else [])
        found |= {_JSON_TYPES[type(value)] for value in values} or {str(part.get("type", ""))} - {""}
    return found


def items_of(node: Schema) -> dict[str, Any] | None:
    """The part of the schema that rules the entries of a list; None if it says nothing about them, or is no list."""
    return node_at(node, (MANY,))


def bounds_of(node: Schema) -> tuple[float | None, float | None]:
    """The least and the greatest number that is allowed; None where there is no limit."""
    parts = _options(node, node.get("$defs", {}))
    low = [part.get("minimum", part.get("exclusiveMinimum")) for part in parts]
    high = [part.get("maximum", part.get("exclusiveMaximum")) for part in parts]
    return (
        min((value for value in low if value is not None), default=None),
        max((value for value in high if value is not None), default=None),
    )


def is_secret(node: Schema) -> bool:
    """Whether the value must never be shown."""
    return any(part.get("format") == "password" for part in _options(node, node.get("$defs", {})))


def secret_names(schema: Schema, *, lists: bool = True) -> list[str]:
    """The names of the secret settings in this schema, on whatever level; ``lists``: and of those that hold secrets."""
    root = schema.get("$defs", {})
    test = _holds_secrets if lists else is_secret
    return [name for name, node in _everything(schema) if test({**node, "$defs": root})]


def all_names(schema: Schema) -> set[str]:
    """The names of all settings in this schema, on whatever level they stand."""
    return {name for name, _ in _everything(schema)}


def type_of(node: Schema) -> str:
    """The type in plain words: "whole number", "list of text", "UUID or null"."""
    words = [_word(part, node.get("$defs", {})) for part in _options(node, node.get("$defs", {}))]
    return " or ".join(dict.fromkeys(words))


def range_of(node: Schema) -> str:
    """What is allowed beyond the type: the choices, or the limits; empty if everything is."""
    options = options_of(node)
    if options:
        return ", ".join(json.dumps(option, ensure_ascii=False) for option in options)
    limits = [_limits(part) for part in _options(node, node.get("$defs", {}))]
    return "; ".join(dict.fromkeys(text for text in limits if text))


def _everything(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Every name with its part of the schema, those of the shared definitions included."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, node in part.get("properties", {}).items():
            yield name, node
            yield from _everything({"properties": node.get("properties", {})})


def _holds_secrets(node: Schema, depth: int = 8) -> bool:
    """Whether it is a secret, or a list (of lists) of secrets, or secrets by names of the person's own."""
    if is_secret(node):
        return True
    # Not for ever: a schema may refer to itself.
    members = (node_at(node, (part,)) for part in (MANY, "a name of their own") if depth)
    return any(member is not None and _holds_secrets(member, depth - 1) for member in members)


def _word(part: Schema, root: Schema) -> str:
    if part.get("enum") or "const" in part:
        values = part.get("enum") or [part["const"]]
        return "number" if any(type(value) in (int, float) for value in values) else "text"
    word = FORMATS.get(str(part.get("format"))) or TYPES.get(str(part.get("type")), "anything")
    items = part.get("items")
    return f"list of {type_of({**items, '$defs': root})}" if items else word


def _limits(part: Schema) -> str:
    if "allowed" in part:
        return str(part["allowed"])
    low, high = part.get("minimum"), part.get("maximum")
    if low is not None and high is not None:
        return f"{_plain(low)} to {_plain(high)}"
    if low is not None:
        return f"at least {_plain(low)}"
    if high is not None:
        return f"at most {_plain(high)}"
    if "exclusiveMinimum" in part:
        return f"more than {_plain(part['exclusiveMinimum'])}"
    if "exclusiveMaximum" in part:
        return f"less than {_plain(part['exclusiveMaximum'])}"
    if part.get("minLength", 0) > 0 and "maxLength" in part:
        return f"{part['minLength']} to {part['maxLength']} characters"
    if "maxLength" in part:
        return f"at most {part['maxLength']} characters"
    return "not empty" if part.get("minLength", 0) > 0 or part.get("minItems", 0) > 0 else ""


def _default(value: Any) -> str:
    return _plain(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def _resolved(node: Schema, root: Schema) -> Schema:
    """Follow a reference into the shared definitions; what stands beside the reference wins."""
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    target = _resolved(root[reference.rpartition("/")[2]], root)
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def _options(node: Schema, root: Schema) -> list[Schema]:
    """The alternatives of a setting that may be one thing or another; usually just itself."""
    several = node.get("anyOf") or node.get("oneOf")
    if not several:
        return [node]
    own = {key: value for key, value in node.items() if key in ("allowed", "format")}
    return [{**option, **own} for part in several for option in _options(_resolved(part, root), root)]


def _member(node: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        prefix = node.get("prefixItems", ())
        found = prefix[part] if part < len(prefix) else node.get("items")
    else:
        found = node.get("properties", {}).get(part, node.get("additionalProperties"))
    return found if isinstance(found, dict) else None
