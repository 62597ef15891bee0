"""What does one configuration file on the disk say, and can it be read at all?"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from artframe.config.locate import Positions, locate
from artframe.config.problem import ConfigProblem, Path, shown_path
from artframe.config.syntax import explain, problem_at, too_deep
from artframe.core.visible import is_writable

MAX_BYTES = 1024 * 1024
"""A hundred times what a large configuration needs; guards a 512 MB frame against a wrong file."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file's text, what it says, and where each value stands. May hold secrets: shows only its name."""

    file: str
    text: str = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    positions: Positions = field(repr=False)

    def problem(self, path: Path, what: str, *, at_key: bool = False, **more: Any) -> ConfigProblem:
        """A problem with the value at ``path`` (or with its name, ``at_key``), with the place filled in."""
        place = self.positions.of_key(path) if at_key else self.positions.of_value(path)
        return ConfigProblem(
            file=self.file, line=place.line, column=place.column, path=shown_path(path), what=what, **more
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of reading a file: its bytes (None: it is not there), and the document or else the problems."""

    raw: bytes | None = field(repr=False)
    document: Document | None = None
    problems: tuple[ConfigProblem, ...] = ()


def read_bytes(path: FilePath) -> bytes | None:
    """The file's content, at most one byte more than ``MAX_BYTES``; None if there is no such file.

    Raises OSError; never blocks, whatever stands there instead of a file.
    """
    try:
        # Opened without blocking: a named pipe in place of a file must not hang the frame.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if path.is_symlink():
            raise OSError(0, "it is a link to something that is not there") from None
        return None
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(0, "it is a folder, not a file")
        if not stat.S_ISREG(mode):
            raise OSError(0, "it is not an ordinary file")
        with os.fdopen(handle, "rb", closefd=False) as opened:
            return opened.read(MAX_BYTES + 1)
    finally:
        os.close(handle)


def read_file(path: FilePath, file: str) -> Reading:
    """Read and parse; whatever is wrong comes back as problems, never as an exception."""
    try:
        raw = read_bytes(path)
    except PermissionError:
        what = "artframe is not allowed to read it; give its user the right to (chown, or chmod u+r)"
        return Reading(raw=None, problems=(ConfigProblem(file=file, what=what),))
    except OSError as error:
        what = f"it cannot be read: {error.strerror or type(error).__name__}"
        return Reading(raw=None, problems=(ConfigProblem(file=file, what=what),))
    if raw is None:
        return Reading(raw=None)
    return parse(raw, file)


def parse(raw: bytes, file: str) -> Reading:
    """Turn a file's bytes into a document, or into the problems that stand in the way."""

    def refused(*problems: ConfigProblem) -> Reading:
        return Reading(raw=raw, problems=problems)

    if len(raw) > MAX_BYTES:
        what = f"it is larger than {MAX_BYTES // 1024} kB; this is hardly a file of settings"
        return refused(ConfigProblem(file=file, what=what))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return refused(ConfigProblem(file=file, line=1, column=1, what="it is UTF-16; save it as UTF-8"))
    if raw.startswith(b"\xef\xbb\xbf"):
        what = "it begins with an invisible byte order mark; save it as UTF-8 without BOM"
        return refused(ConfigProblem(file=file, line=1, column=1, what=what))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        what = "this is not UTF-8; save the file as UTF-8"
        return refused(problem_at(file, before, len(before), what))
    if not text.strip():
        return refused(ConfigProblem(file=file, line=1, column=1, what="it is empty; the least it can say is {}"))
    if deep := too_deep(file, text):
        return refused(deep)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return refused(explain(file, text, error))
    except ValueError:
        # The interpreter's own limit on the digits of a number.
        return refused(ConfigProblem(file=file, what="it holds a number with thousands of digits"))
    if not isinstance(data, dict):
        what = "the outermost thing must be an object: { ... }"
        return refused(ConfigProblem(file=file, line=1, column=1, what=what))
    document = Document(file=file, text=text, data=data, positions=locate(text))
    problems = tuple(_beyond_json(document))
    return Reading(raw=raw, document=None if problems else document, problems=problems)


def _beyond_json(document: Document) -> Iterator[ConfigProblem]:
    """What ``json.loads`` lets pass although it is no JSON, or means two things at once."""
    for duplicate in document.positions.duplicates:
        yield ConfigProblem(
            file=document.file,
            line=duplicate.again.line,
            column=duplicate.again.column,
            path=shown_path(duplicate.path),
            what=f"this stands twice, first on line {duplicate.first.line}; delete one of the two",
        )
    for path, value in _leaves(document.data, ()):
        if isinstance(value, float) and not math.isfinite(value):
            yield document.problem(path, "this is not a number that can be used", allowed="an ordinary number")
        if isinstance(value, str) and not is_writable(value):
            yield document.problem(path, "this text holds half a character (a lone \\ud800 to \\udfff)")


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield (*path, key), key
            yield from _leaves(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _leaves(member, (*path, index))
    else:
        yield path, value
