"""How is the folder touched? Every file operation of folder sync goes through here, and none follows a link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from artframe_folder_sync.records import FileFact

TRASH = ".artframe-trash"
INCOMING = ".artframe-tmp"


class FileChanged(OSError):
    """The file is not the one that was expected; nothing was done to it."""


class Incoming:
    """A file on its way into the folder. As a context manager it is discarded at the end unless it was finished."""

    size: int

    @property
    def sha1(self) -> str:
        """Of what was written so far."""
        raise NotImplementedError

    def write(self, block: bytes) -> None:
        """Append; OSError (ENOSPC, EIO) as it comes."""
        raise NotImplementedError

    def finish(self, path: str, mtime_ns: int) -> FileFact:
        """On disk for good, then under its name. FileExistsError: taken, and another ``finish`` may follow."""
        raise NotImplementedError

    def discard(self) -> None:
        """Harmless when finished."""
        raise NotImplementedError

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


class Disk:
    """The folder of a pair. Paths are relative with ``/``; links on the way are OSError(ELOOP), another disk EXDEV.

    It insists on the root it saw first (or at the last ``pin``): when the folder is exchanged under it, by a mount that
    vanished, everything is OSError(ESTALE) and nothing is "not there". All methods may be called from any thread.
    ``probe`` is called with (operation, path) before and after each: tests fail or stop there.
    """

    def __init__(self, root: Path, *, probe: Callable[[str, str], None] | None = None) -> None:
        self.root = root

    def pin(self) -> str:
        """Insist on the root as it is now, at the start of a run; returns its identity. OSError if it is not there."""
        raise NotImplementedError

    def identity(self) -> str:
        """Which file system and folder this is, the same after a restart; compare for equality only."""
        raise NotImplementedError

    def status(self, path: str) -> FileFact:
        """FileNotFoundError only when really absent; IsADirectoryError for a folder, other OSErrors: unknown."""
        raise NotImplementedError

    def kind(self, path: str) -> Literal["file", "folder", "other"] | None:
        """What is there; None: nothing."""
        raise NotImplementedError

    def open(self, path: str) -> BinaryIO:
        """Regular files only."""
        raise NotImplementedError

    def free_bytes(self) -> int:
        raise NotImplementedError

    def move(self, source: str, target: str, *, expected: FileFact | None = None, durable: bool = True) -> None:
        """Rename without replacing: FileExistsError. Makes the target's folders.

        ``expected``: FileChanged, and the file stays where it was, when inode, size or mtime differ from it.
        ``durable``: both folders are on disk at the end; else a later ``sync`` does that for many moves.
        """
        raise NotImplementedError

    def sync(self) -> None:
        """Put on disk what moves with ``durable=False`` did."""
        raise NotImplementedError

    def remove(self, path: str) -> None:
        """A file or an empty folder below ``.artframe-trash`` or ``.artframe-tmp``; anything else is a ValueError."""
        raise NotImplementedError

    def receive(self) -> Incoming:
        raise NotImplementedError

    def tidy(self) -> None:
        """Remove what an interrupted run left in ``.artframe-tmp``."""
        raise NotImplementedError
