"""What may a command take besides words, and give besides JSON? Files, texts that stay hidden, and their details."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file as a command's result: what is on ``path``, or the ``content`` itself.

    ``temporary``: whoever handed the file on deletes it (``discard``).
    """

    name: str
    media_type: str
    content: bytes = field(default=b"", repr=False)
    path: Path | None = None
    temporary: bool = False

    @property
    def size(self) -> int:
        """Bytes. Raises OSError if the file is gone."""
        return len(self.content) if self.path is None else self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Open it for reading. Raises OSError if the file is gone."""
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")

    def discard(self) -> None:
        """The file was handed on, or nobody wants it; harmless to repeat."""
        if self.temporary and self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as a command's argument. The face that took it in owns the file: it deletes it after the command."""

    path: Path
    name: str = ""

    def read(self, limit: int) -> bytes:
        """The content, at most ``limit + 1`` bytes of it: one more than allowed tells that it is too large."""
        with self.path.open("rb") as file:
            return file.read(limit + 1)


@dataclass(frozen=True)
class Short:
    """``Annotated[bool, "help", Short("f")]``: the option has a one-letter form, ``-f``."""

    letter: str


@dataclass(frozen=True)
class Suggests:
    """``Annotated[str, "help", Suggests("instance")]``: who completes the value; see ``CommandRegistry.suggest``.

    ``within``: the parameter on whose value it depends; a setting is one of a ``file``.
    """

    what: str
    within: str = ""


@dataclass(frozen=True)
class AtLeast:
    """``Annotated[int, "help", AtLeast(1)]``: a smaller number makes no sense and is refused."""

    number: int


class Hidden:
    """``Annotated[str, "help", Hidden]``: a password or key. Faces ask for it without an echo and never log it."""


class Chosen:
    """``Annotated[str, "help", Hidden, Chosen]``: a new password. Who types it blindly is asked for it twice."""
