"""What does the form of a file's settings hold? Read from the JSON schema like every other description of them."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from artframe.config.describe import (
    Schema,
    bounds_of,
    is_secret,
    items_of,
    json_types,
    node_at,
    options_of,
    range_of,
    type_of,
)
from artframe.config.problem import Path
from artframe.config.setting_path import path_text

_COLOUR = "^#[0-9a-fA-F]{6}$"


class Widget(enum.Enum):
    """How a value is best entered."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    """One of the options."""
    LIST = "list"
    """Any number of texts; of the options, if there are some."""
    SECRET = "secret"  # noqa: S105
    COLOUR = "colour"
    PATH = "path"
    JSON = "json"
    """Nothing simpler can hold it."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A value that may be chosen, and what people call it."""

    value: Any
    label: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One setting as a form shows it. ``default`` is its JSON value, None for a secret and where there is none.

    ``minimum`` and ``maximum`` are inclusive, None: no limit. ``nullable``: it may be ``null``, and ``null_label`` is
    what people call that. ``picker``: the plugin knows the values to pick from (``plugin choices``). ``secrets``: it is
    a list of secrets.
    """

    path: Path
    section: str
    title: str
    help: str
    type: str
    unit: str
    allowed: str
    default: Any
    required: bool
    secret: bool
    secrets: bool
    picker: bool
    nullable: bool
    null_label: str
    options: tuple[Option, ...]
    minimum: float | None
    maximum: float | None
    widget: Widget
    schema: Schema = field(repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        options = [{"value": option.value, "label": option.label} for option in self.options]
        return {"path": path_text(self.path), **plain, "options": options, "widget": self.widget.value}


_PLAIN = (
    "section",
    "title",
    "help",
    "type",
    "unit",
    "allowed",
    "default",
    "required",
    "secret",
    "secrets",
    "picker",
    "nullable",
    "null_label",
    "minimum",
    "maximum",
)


def fields_in(schema: Schema, within: Path = (), *, last: Collection[str] = ()) -> Iterator[Field]:
    """The fields of an object's schema, in order; those of nested objects under the title of the object.

    ``within``: where the object stands in its file. ``last``: settings that come after all others.
    """
    yield from _fields(schema, within, "", last)


def _fields(schema: Schema, within: Path, section: str, last: Collection[str] = ()) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    names = sorted(schema.get("properties", {}), key=lambda name: name in last)
    for name in names:
        node = node_at(schema, (name,))
        assert node is not None
        if node.get("properties"):
            yield from _fields(node, (*within, name), str(node.get("section") or node.get("title", name)))
            continue
        section = str(node.get("section") or section)
        yield _field((*within, name), node, section, required=name in required)


def _field(path: Path, node: Schema, section: str, *, required: bool) -> Field:
    secret = is_secret(node)
    low, high = bounds_of(node)
    widget = _widget(node)
    items = items_of(node)
    return Field(
        path=path,
        section=section,
        title=str(node.get("title", path[-1])),
        help=str(node.get("description", "")),
        type=type_of(node),
        unit=str(node.get("unit", "")),
        allowed=range_of(node),
        default=None if secret else node.get("default"),
        required=required,
        secret=secret,
        secrets=items is not None and is_secret(items),
        picker=bool(node.get("picker")),
        nullable="null" in json_types(node),
        null_label=str(node.get("labels", {}).get("null", "")),
        options=tuple(_options(items_of(node) or node if widget is Widget.LIST else node, node)),
        minimum=low,
        maximum=high,
        widget=widget,
        schema=node,
    )


def _options(node: Schema, outer: Schema) -> Iterator[Option]:
    labels = outer.get("labels", {})
    unit = str(outer.get("unit", ""))
    for value in options_of(node):
        if value is None:
            continue  # a field that may be null says so itself
        label = labels.get(str(value)) or _label(value, unit)
        yield Option(value=value, label=label)


def _label(value: Any, unit: str) -> str:
    if not isinstance(value, str):
        return f"{value}{unit}" if len(unit) == 1 else f"{value} {unit}".strip()
    words = value.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _widget(node: Schema) -> Widget:
    types = json_types(node) - {"null"}
    if is_secret(node):
        return Widget.SECRET
    if [option for option in options_of(node) if option is not None]:
        return Widget.CHOICE
    if types == {"boolean"}:
        return Widget.SWITCH
    if types and types <= {"integer", "number"}:
        return Widget.NUMBER
    if types == {"array"}:
        items = items_of(node)
        is_list = items is not None and (json_types(items) == {"string"} or is_secret(items))
        return Widget.LIST if is_list else Widget.JSON
    if types != {"string"}:
        return Widget.JSON
    if _value(node, "pattern") == _COLOUR:
        return Widget.COLOUR
    return Widget.PATH if _value(node, "format") in ("path", "file-path", "directory-path") else Widget.TEXT


def _value(node: Schema, name: str) -> Any:
    """What the schema says under this name, or one of its alternatives does."""
    parts = [node, *node.get("anyOf", ()), *node.get("oneOf", ())]
    return next((part[name] for part in parts if name in part), None)
