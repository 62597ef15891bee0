"""Which folder is a path in? The root has four, and there is nothing beside them."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Mapping, Sequence

from artframe.errors import ArtframeError
from artframe.interfaces.ssh.files.entry import Branch, Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, told

_ROOT = Entry(mode=stat.S_IFDIR | 0o555)


class Tree:
    """All files that one session reaches. Everything blocks."""

    def __init__(self, branches: Mapping[str, Branch]) -> None:
        self._branches = branches

    def entry(self, parts: Parts) -> Entry:
        """What is there."""
        return self._branch(parts).entry(parts[1:]) if parts else _ROOT

    def names(self, parts: Parts) -> list[str]:
        """What is in a folder, or was a moment ago."""
        return self._branch(parts).names(parts[1:]) if parts else sorted(self._branches)

    def those(self, parts: Parts, names: Sequence[str]) -> list[tuple[str, Entry]]:
        """What these names in a folder stand for; those that are gone are left out."""
        found = []
        for name in names:
            with contextlib.suppress(OSError, ArtframeError):
                found.append((name, self.entry((*parts, name))))
        return found

    def open(self, parts: Parts, flags: int) -> Handle:
        """Open a file."""
        return self._branch(parts).open(parts[1:], flags)

    def change(self, parts: Parts, do: Callable[[Branch, Parts], None]) -> None:
        """Have the folder of the root do something with a place in it."""
        do(self._branch(parts), parts[1:])

    def rename(self, old: Parts, new: Parts, *, replace: bool) -> None:
        """Move within one folder of the root."""
        if old[:1] != new[:1]:
            raise told(errno.EXDEV, "nothing can be moved from one of these folders to another; copy it")
        self._branch(old).rename(old[1:], new[1:], replace=replace)

    def disk(self, parts: Parts) -> os.statvfs_result:
        """How much room there is."""
        return self._branch(parts or tuple(self._branches)).disk()

    def _branch(self, parts: Parts) -> Branch:
        if not parts:
            raise told(errno.EACCES, "the root stays as it is")
        if parts[0] not in self._branches:
            raise told(errno.ENOENT)
        return self._branches[parts[0]]
