"""How does one say to a person that a setting's value is not allowed? Never with a secret in the sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from artframe.config.describe import Schema, is_secret, names_at, node_at, options_of, range_of, type_of
from artframe.config.document import Document
from artframe.config.masking import MASK, without_credentials
from artframe.config.problem import ConfigProblem, Path, printable, shown_path
from artframe.core.near_names import did_you_mean

WRITTEN_TYPES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    str: "a text in quotes",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def problem_for(
    error: Mapping[str, Any], *, schema: Schema, data: Any, source: Document, within: Path, hide: tuple[str, ...]
) -> ConfigProblem:
    """Turn one entry of the validator's error list into a problem with place, words and suggestion.

    ``data`` is what was validated; it stands in ``source`` at ``within``. ``hide``: texts that must not show.
    """
    kind = str(error["type"])
    path, value, there = _follow(data, tuple(error["loc"]))
    if kind == "missing":
        name = str(error["loc"][-1])
        node = node_at(schema, (*path, name)) or {}
        what = f"the setting {json.dumps(name, ensure_ascii=False)} is missing"
        return source.problem((*within, *path, name), what, allowed=_allowed(node))
    if kind == "extra_forbidden":
        return _unknown(path, schema, source, within)
    node = node_at(schema, path) or {}
    own_words = str(error.get("msg", "")) if kind in ("value_error", "assertion_error") else ""
    if is_secret(node) and not (isinstance(value, str) and value) and not hasattr(value, "reveal"):
        own_words = ""  # what a secret is, is said below; a plugin's own check of a real one speaks for itself
    if own_words:
        own_words = hidden(own_words.removeprefix("Value error, ").removeprefix("Assertion failed, "), hide)
    what = own_words or _not_allowed(value, node, there=there)
    suggestion = ""
    if isinstance(value, str) and not is_secret(node):
        close = did_you_mean(value, [option for option in options_of(node) if isinstance(option, str)])
        suggestion = json.dumps(close, ensure_ascii=False) if close else ""
    return source.problem((*within, *path), what, allowed="" if own_words else _allowed(node), suggestion=suggestion)


def hidden(text: str, secrets: tuple[str, ...]) -> str:
    """The text with every one of the secrets masked."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def _unknown(path: Path, schema: Schema, source: Document, within: Path) -> ConfigProblem:
    names = names_at(schema, path[:-1])
    close = did_you_mean(str(path[-1]), names)
    elsewhere = "" if close else _deeper(schema, str(path[-1]))
    if not (close or elsewhere):
        listed = ", ".join(names) or "none"
        return source.problem((*within, *path), "there is no such setting", at_key=True, allowed=listed)
    suggestion = json.dumps(close) if close else shown_path((*within, *elsewhere.split(".")))
    return source.problem((*within, *path), "there is no such setting", at_key=True, suggestion=suggestion)


def _deeper(schema: Schema, name: str) -> str:
    """Where a setting of exactly this name stands, one object further in: ``display.rotation``."""
    found = [f"{group}.{name}" for group in names_at(schema, ()) if name in names_at(schema, (group,))]
    return found[0] if found else ""


def _not_allowed(value: Any, node: Schema, *, there: bool) -> str:
    if not there:
        return "this is not allowed"
    written = WRITTEN_TYPES.get(type(value), "something else")
    if is_secret(node):
        return "a secret cannot be empty" if value == "" else f"a secret cannot be {written}"
    if isinstance(value, (bool, int, float)) or value is None:
        return f"{json.dumps(value)} is not allowed here"
    if isinstance(value, str):
        return f'"{printable(without_credentials(value))}" is not allowed here'
    if type(value) in WRITTEN_TYPES:
        return f"{written} is not allowed here"
    return "a reference to a secret is not allowed here, since this setting is not kept secret"


def _allowed(node: Schema) -> str:
    """The type and its limits, in one short phrase."""
    if not node:
        return ""
    limits = range_of(node)
    if options_of(node):
        return limits
    if is_secret(node):
        return 'a text, or {"$secret": "name"}, {"$env": "NAME"} or {"$file": "path"}'
    unit = f" {node['unit']}" if node.get("unit") and limits else ""
    return f"{type_of(node)}, {limits}{unit}" if limits else type_of(node)


def _follow(data: Any, location: tuple[str | int, ...]) -> tuple[Path, Any, bool]:
    """Follow an error's location as far as the data goes: validators add names of their own (of union members)."""
    path: list[str | int] = []
    value = data
    for part in location:
        known = part in value if isinstance(value, dict) else isinstance(value, list) and part in range(len(value))
        if not known:
            break
        value = value[part]
        path.append(part)
    return tuple(path), value, bool(path) or not location
