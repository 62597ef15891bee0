"""What is wrong with the configuration, where exactly, and what would be right?"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from artframe.errors import ConfigError, NotReady, NotThere

Path = tuple[str | int, ...]


class Severity(enum.Enum):
    """How much a problem matters."""

    ERROR = "error"
    """The file, or one setting in it, cannot be used."""
    NOTICE = "notice"
    """Everything works; the person should know all the same."""


@dataclass(frozen=True, kw_only=True)
class ConfigProblem:
    """One thing that a person should mend in a configuration file. Never holds a secret.

    ``file`` is relative to ``config/`` (``plugins/family.json``); ``line`` and ``column`` count from 1. ``path`` names
    the setting (``settings.immich_url``), ``allowed`` says what would be right, ``suggestion`` is the likely meaning,
    ``effect`` what artframe does meanwhile.
    """

    file: str
    what: str
    line: int | None = None
    column: int | None = None
    path: str = ""
    allowed: str = ""
    suggestion: str = ""
    effect: str = ""
    severity: Severity = Severity.ERROR

    @property
    def instance(self) -> str | None:
        """The plugin instance that the file configures, if it is a plugin's file."""
        folder, _, name = self.file.partition("/")
        return name.removesuffix(".json") if folder == "plugins" and name.endswith(".json") else None

    @property
    def hint(self) -> str:
        """What the person can do, as one sentence part."""
        parts = [f"allowed: {self.allowed}"] if self.allowed else []
        if self.suggestion:
            parts.append(f"did you mean {self.suggestion}?")
        return "; ".join(parts)

    @property
    def place(self) -> str:
        """``plugins/family.json:7:5``, as editors and terminals understand it."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @property
    def message(self) -> str:
        """What is wrong, where, and what artframe does meanwhile; what to do about it is the ``hint``."""
        return self._told()

    def as_json(self) -> dict[str, Any]:
        """The problem as every face of the frame hands it on."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "what": self.what,
            "allowed": self.allowed,
            "suggestion": self.suggestion,
            "effect": self.effect,
            "severity": self.severity.value,
            "text": str(self),
        }

    def __str__(self) -> str:
        return self._told(f" ({self.hint})" if self.hint else "")

    def _told(self, hint: str = "") -> str:
        subject = f"{self.path}: " if self.path else ""
        effect = f"; {self.effect}" if self.effect else ""
        return f"{self.place}: {subject}{self.what}{hint}{effect}"


class ConfigRefused(ConfigError):
    """New settings are not taken because something in them is wrong; nothing was changed."""

    def __init__(
        self, file: str, problems: Iterable[ConfigProblem], *, said: str = "was not saved, nothing has changed"
    ) -> None:
        self.file = file
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{file} {said}:\n{listed}")

    @property
    def details(self) -> dict[str, Any]:
        return {"problems": [problem.as_json() for problem in self.problems]}


class UnknownFile(NotThere):
    """There is no such configuration file, or no such saved version of it."""


class SaveFailed(NotReady):
    """The disk did not take the new file (full, read-only); the old one is as it was, and no setting is wrong."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Two versions of a file that exclude each other. They may hold secrets, so they never show by themselves."""

    ours: str = field(repr=False)
    theirs: str = field(repr=False)


class ConflictError(ConfigError):
    """Somebody else changed the file since it was read. Nothing was overwritten; ``texts`` holds both versions.

    ``shown`` are the same two without their secrets, None where nobody knew how; ``basis`` belongs to theirs.
    """

    def __init__(
        self, file: str, *, ours: str, theirs: str, shown: Texts | None = None, basis: str | None = None
    ) -> None:
        self.file = file
        self.texts = Texts(ours=ours, theirs=theirs)
        self.shown = shown
        self.basis = basis
        super().__init__(
            f"{file} was changed by somebody else in the meantime; nothing was overwritten",
            "look at the file as it is now and make your change again",
        )

    @property
    def details(self) -> dict[str, Any]:
        if self.shown is None:
            return {}
        return {"conflict": {"ours": self.shown.ours, "theirs": self.shown.theirs, "basis": self.basis}}


def shown_path(path: Path) -> str:
    """``("settings", "albums", 2)`` as people write it: ``settings.albums[2]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{printable(part)}" if text else printable(part)
    return text


def printable(word: str, limit: int = 60) -> str:
    """A word from a file, safe to print and to log: short, on one line, nothing invisible."""
    short = word if len(word) <= limit else word[: limit - 1] + "…"
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in short)
