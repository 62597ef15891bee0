"""A folder that misbehaves on purpose: something happens between two file operations, or one of them fails."""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.records import FileFact

Action = Callable[[str], object]


class MeddlingDisk(Disk):
    """The real folder with hooks. ``before`` and ``after`` an ``open`` or ``move``, an action gets the path."""

    def __init__(self, root: Path) -> None:
        self.identities: Callable[[str], str] = lambda real: real
        self._before: dict[str, list[Action]] = defaultdict(list)
        self._after: dict[str, list[Action]] = defaultdict(list)
        self._middle: list[Action] = []
        self._reading: set[str] = set()
        self._failing: dict[str, int] = {}
        self.watch: Callable[[str, str], None] = lambda operation, path: None
        """Called with each operation and its path, before and after it."""
        super().__init__(root, probe=self._probe)

    def before(self, operation: str, action: Action) -> None:
        """Something happens right before each ``open`` or ``move``."""
        self._before[operation].append(action)

    def after(self, operation: str, action: Action) -> None:
        """Something happens right after each ``open`` (before its first byte is read) or ``move``."""
        self._after[operation].append(action)

    def in_the_middle_of_reading(self, action: Action) -> None:
        """Something happens after the first block of each file that is opened."""
        self._middle.append(action)

    def fail(self, code: str, path: str) -> None:
        """Every operation on this path or below it is an OSError, such as ``EIO``."""
        self._failing[path] = getattr(errno, code)

    def heal(self) -> None:
        """Nothing fails any more."""
        self._failing.clear()

    def pin(self) -> str:
        return self.identities(super().pin())

    def identity(self) -> str:
        return self.identities(super().identity())

    def open(self, path: str) -> BinaryIO:
        file = super().open(path)
        return cast(BinaryIO, _Interrupted(file, lambda: self._happen(self._middle, path))) if self._middle else file

    def move(self, source: str, target: str, *, expected: FileFact | None = None, durable: bool = True) -> None:
        self._happen(self._before["move"], source)
        super().move(source, target, expected=expected, durable=durable)
        self._happen(self._after["move"], source)

    def _happen(self, actions: list[Action], path: str) -> None:
        for action in actions:
            action(path)

    def _probe(self, operation: str, path: str) -> None:
        self.watch(operation, path)
        # Files are hashed without ``open``, so that only the probe tells of all that are opened and read.
        if operation == "open":
            self._reading.discard(path)
            self._happen(self._before["open"], path)
        elif operation == "open done":
            self._happen(self._after["open"], path)
        elif operation == "read" and path not in self._reading:
            self._reading.add(path)
            self._happen(self._middle, path)
        for failing, code in self._failing.items():
            if path == failing or path.startswith(f"{failing}/"):
                raise OSError(code, os.strerror(code), path)


class _Interrupted:
    """A file whose reader is interrupted once, after its first block."""

    def __init__(self, file: BinaryIO, action: Callable[[], None]) -> None:
        self._file = file
        self._action: Callable[[], None] | None = action

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._interrupt()
        return block

    def readinto(self, buffer: memoryview) -> int:
        count = self._file.readinto(memoryview(buffer)[: 1 << 20])  # type: ignore[attr-defined]
        self._interrupt()
        return int(count)

    def _interrupt(self) -> None:
        action, self._action = self._action, None
        if action is not None:
            action()

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def __enter__(self) -> _Interrupted:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
