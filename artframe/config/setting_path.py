"""Which setting does ``settings.albums[0]`` mean, what stands there, and how is something else put there?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from artframe.config.describe import Schema, names_at, node_at
from artframe.config.masking import is_reference
from artframe.config.problem import Path, printable
from artframe.config.syntax import MAX_DEPTH
from artframe.config.wording import WRITTEN_TYPES
from artframe.core.near_names import did_you_mean
from artframe.errors import CommandError

_NAME = r'[^.\[\]="\s]+'
_PIECE = re.compile(rf'(?P<dot>\.)?(?P<name>{_NAME})|\[(?P<index>[0-9]{{1,6}})\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]')
USAGE = 'write it as in display.fit, settings.albums[0] or settings.map["a name"]'


class _Nothing:
    """What stands where nothing stands (``null`` is something)."""

    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING: Any = _Nothing()


def parse_path(text: str) -> Path:
    """The path that the text names. Raises CommandError."""
    path, rest = read_path(text)
    if rest or not path:
        raise _no_path(text)
    return path


def read_path(text: str) -> tuple[Path, str]:
    """The path at the beginning of the text, and what follows it."""
    path: list[str | int] = []
    at = 0
    while found := _PIECE.match(text, at):
        if found["name"] is not None and bool(found["dot"]) != bool(path):
            break
        if found["index"] is not None and not path:
            break
        part = found["name"] or (int(found["index"]) if found["index"] is not None else _quoted(found["quoted"]))
        if part is None or len(path) >= MAX_DEPTH:
            break
        path.append(part)
        at = found.end()
    return tuple(path), text[at:]


def path_text(path: Path) -> str:
    """The text that ``parse_path`` reads as this path."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not re.fullmatch(_NAME, part):
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
        else:
            text += f".{part}" if text else part
    return text


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """What stands there; NOTHING if nothing does."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(data, list) or part >= len(data):
                return NOTHING
        elif not isinstance(data, dict) or part not in data:
            return NOTHING
        data = data[part]
    return data


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Have ``value`` stand there; objects on the way are made, a list grows by one at most. Raises CommandError."""
    place: Any = data
    for depth, part in enumerate(path):
        _expect_container(place, path[:depth], part)
        last = depth == len(path) - 1
        if isinstance(part, int) and part > len(place):
            raise CommandError(
                f"{shown(path[:depth])} has {len(place)} entries, so there can be no [{part}] yet; nothing was done",
                f"the next one is {shown(path[:depth])}[{len(place)}]",
                exit_code=64,
            )
        if isinstance(part, int) and part == len(place):
            place.append(value if last else _container(path[depth + 1]))
        elif last:
            place[part] = value
        elif value_at(place, (part,)) is NOTHING:
            place[part] = _container(path[depth + 1])
        place = place[part]


def take(data: dict[str, Any], path: Path) -> Any:
    """Have nothing stand there; returns what stood there, or NOTHING."""
    place = value_at(data, path[:-1])
    found = value_at(data, path)
    if found is not NOTHING:
        del place[path[-1]]
    return found


def resolved(path: Path, schema: Schema | None, short_for: str) -> Path:
    """The path with ``short_for`` (``settings``) put before it where that was left out."""
    if schema is None or not short_for or node_at(schema, path[:1]) is not None or str(path[0]).startswith("_"):
        return path
    inside, outside = names_at(schema, (short_for,)), names_at(schema, ())
    meant_outside = not inside or (path[0] not in inside and did_you_mean(str(path[0]), outside))
    return path if meant_outside else (short_for, *path)


def unknown_setting(path: Path, schema: Schema) -> CommandError:
    """The error for a path that leads to no setting, with what was probably meant."""
    for depth, part in enumerate(path):
        if node_at(schema, path[: depth + 1]) is None:
            names = names_at(schema, path[:depth])
            meant = _meant(str(part), names, schema, path[:depth])
            listed = f"there are: {', '.join(names)}" if names else USAGE
            hint = f"did you mean {path_text((*meant, *path[depth + 1 :]))}?" if meant else listed
            return CommandError(f"there is no setting '{shown(path)}'; nothing was done", hint, exit_code=64)
    return CommandError(f"{shown(path)} is not set; nothing was done", exit_code=64)


def _meant(word: str, names: Sequence[str], schema: Schema, within: Path) -> Path:
    """The path that a misspelled or misplaced name stands for; empty if nobody can guess."""
    if close := did_you_mean(word, names):
        return (*within, close)
    for group in names:
        if close := did_you_mean(word, names_at(schema, (*within, group))):
            return (*within, group, close)
    return ()


def _quoted(text: str) -> str | None:
    try:
        return str(json.loads(text))
    except ValueError:
        return None


def _container(part: str | int) -> Any:
    return [] if isinstance(part, int) else {}


def _expect_container(place: Any, path: Path, part: str | int) -> None:
    wanted = list if isinstance(part, int) else dict
    if isinstance(place, wanted):
        return
    inside = f"[{part}]" if isinstance(part, int) else f'"{printable(part)}"'
    what = "a reference to a secret" if is_reference(place) else WRITTEN_TYPES.get(type(place), "something else")
    raise CommandError(
        f"{shown(path)} is {what}, so there is no {inside} in it; nothing was done",
        f"set {shown(path)} as a whole",
        exit_code=64,
    )


def shown(path: Path) -> str:
    """The path as an error names it, however long it is."""
    return printable(path_text(path), 200) or "the file"


def _no_path(text: str) -> CommandError:
    return CommandError(f"'{printable(text)}' names no setting; nothing was done", USAGE, exit_code=64)
