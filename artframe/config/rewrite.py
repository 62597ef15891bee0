"""How is a changed value put into a JSON text so that everything else stays as the person wrote it?"""

from __future__ import annotations

import json
import re
from typing import Any

from artframe.config.locate import Positions, locate
from artframe.config.problem import Path


def rewrite(text: str, old: Any, new: Any) -> str:
    """``text``, which says ``old``, changed to say ``new``.

    What is the same in both keeps its formatting, to the letter. Values that changed are written with the indentation
    found in the text (two spaces if there is none), keys in the order of ``new``.
    """
    return _Rewriting(text, locate(text)).apply(old, new)


def render(data: Any) -> str:
    """A new file's text: two spaces, keys as they come, letters of all languages as they are."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def same(old: Any, new: Any) -> bool:
    """Equal in JSON: unlike Python, 1, 1.0 and true differ, and so does the order of keys."""
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(same(old[name], new[name]) for name in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(same(one, other) for one, other in zip(old, new, strict=True))
    return type(old) is type(new) and bool(old == new)


class _Rewriting:
    def __init__(self, text: str, positions: Positions) -> None:
        self._text = text
        self._spans = positions.spans
        found = re.search(r"\n([ \t]+)\S", text)
        self._indent = found.group(1) if found else "  "
        self._line_end = "\r\n" if "\r\n" in text else "\n"

    def apply(self, old: Any, new: Any) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, replacement in self._edits(old, new, ()):
            pieces += [self._text[done:start], replacement]
            done = end
        return "".join([*pieces, self._text[done:]])

    def _edits(self, old: Any, new: Any, path: Path) -> list[tuple[int, int, str]]:
        """What to replace, in the order of the text: the smallest values that differ."""
        if same(old, new):
            return []
        if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
            return [edit for name in old for edit in self._edits(old[name], new[name], (*path, name))]
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            pairs = enumerate(zip(old, new, strict=True))
            return [edit for index, (one, other) in pairs for edit in self._edits(one, other, (*path, index))]
        start, end = self._spans[path]
        return [(start, end, self._value(new, old, path, len(path)))]

    def _value(self, value: Any, old: Any, path: Path | None, depth: int) -> str:
        """A value's text; parts of an object that stayed the same keep theirs."""
        if path is not None and same(value, old):
            start, end = self._spans[path]
            return self._text[start:end]
        if isinstance(value, dict) and value:
            lines = [
                f"{json.dumps(name, ensure_ascii=False)}: {text}"
                for name, text in self._members(value, old, path, depth)
            ]
            return self._block("{", lines, "}", depth)
        if isinstance(value, list) and value:
            return self._block("[", [self._value(member, None, None, depth + 1) for member in value], "]", depth)
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    def _members(self, value: dict[str, Any], old: Any, path: Path | None, depth: int) -> list[tuple[str, str]]:
        members = []
        for name, member in value.items():
            known = path is not None and isinstance(old, dict) and name in old
            where = (*path, name) if known and path is not None else None
            members.append((name, self._value(member, old[name] if known else None, where, depth + 1)))
        return members

    def _block(self, first: str, lines: list[str], last: str, depth: int) -> str:
        inner = self._line_end + self._indent * (depth + 1)
        return first + inner + f",{inner}".join(lines) + self._line_end + self._indent * depth + last
