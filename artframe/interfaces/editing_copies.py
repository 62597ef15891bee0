"""Where is a person's text while they edit it, so that nothing loses it: no crash, no closed line, no power cut?"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from artframe.config.opening import Opened
from artframe.config.saving import private_folder
from artframe.errors import CommandError

_FILE, _ORIGINAL, _OURS = ".file", ".original", ".before-merging"
_EMERGENCY = ".save"
"""What nano appends to the name when its terminal goes away."""


class Copy:
    """A private copy of one file, in a folder of its own (0700) with whatever the editor puts beside it.

    Held by a lock of the kernel: a copy whose holder died is free to be taken up again, ``found_again`` by name.
    """

    def __init__(self, folder: Path, handle: int, file: str, *, found_again: bool = True) -> None:
        self.found_again = found_again
        self._folder = folder
        self._handle = handle
        self.file = file
        self.path = folder / file.rpartition("/")[2]

    @property
    def original(self) -> bytes:
        """What the edit began with."""
        return (self._folder / _ORIGINAL).read_bytes()

    @property
    def basis(self) -> str:
        """Names the content that the edited one replaces; see ``Opened``."""
        return (self._folder / _FILE).read_text().split("\n")[1]

    @property
    def touched(self) -> datetime:
        """When the person last saved in their editor."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    def read(self) -> bytes | None:
        """The text as it is now; None if the person has deleted it."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def rebase(self, content: bytes, on: Opened) -> None:
        """Go on with another text, which is to replace another content. The person's own text stays beside it."""
        (self._folder / _OURS).write_bytes(self.read() or b"")
        _note(self._folder, on)
        self.path.write_bytes(content)

    def rescue(self) -> None:
        """Take over what an editor saved in haste when its terminal went away."""
        hasty = self.path.with_name(self.path.name + _EMERGENCY)
        if hasty.exists() and (not self.path.exists() or hasty.stat().st_mtime_ns >= self.path.stat().st_mtime_ns):
            hasty.replace(self.path)

    @property
    def precious(self) -> bool:
        """Whether text of the person may be in it: not what the edit began with, or an editor's own file."""
        try:
            strangers = {entry.name for entry in self._folder.iterdir()} - {_FILE, _ORIGINAL, self.path.name}
            return bool(strangers) or self.read() not in (None, self.original)
        except OSError:
            return True  # nobody can tell

    def close(self, *, keep: bool) -> None:
        """End the edit; harmless to repeat."""
        if self._handle < 0:
            return
        if not keep:
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._handle)
        self._handle = -1


class Copies:
    """The copies of one home: in ``state/edits``, or with the other temporary files where that cannot be written."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "state" / "edits"

    def begin(self, opened: Opened) -> Copy:
        """A new copy of what was opened. Raises CommandError."""
        try:
            return self._begin(opened, self._folder)
        except OSError:
            pass  # a full or read-only card: the text needs a place all the same
        try:
            return self._begin(opened, None)
        except OSError as error:
            raise CommandError(
                f"there is no room for a copy to edit ({error.strerror}); nothing was changed",
                "make room on the disk, or point TMPDIR to where there is some",
            ) from None

    def left_behind(self, file: str) -> list[Copy]:
        """The copies of a file that were never finished, the newest first; those without any text of a person go."""
        found = []
        with contextlib.suppress(OSError):
            for folder in sorted(self._folder.iterdir()):
                copy = _taken_up(folder, file)
                if copy is not None:
                    found.append(copy)
        return sorted(found, key=lambda copy: copy.touched, reverse=True)

    def _begin(self, opened: Opened, within: Path | None) -> Copy:
        if within is not None:
            private_folder(within)
        folder = Path(tempfile.mkdtemp(prefix="artframe-edit-" if within is None else "", dir=within))
        try:
            _note(folder, opened)
            copy = Copy(folder, _locked(folder), opened.file, found_again=within is not None)
            copy.path.touch(mode=0o600)
            copy.path.write_bytes(opened.content)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return copy


def _note(folder: Path, opened: Opened) -> None:
    (folder / _FILE).write_text(f"{opened.file}\n{opened.basis}\n")
    (folder / _ORIGINAL).write_bytes(opened.content)


def _locked(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _taken_up(folder: Path, file: str) -> Copy | None:
    try:
        if (folder / _FILE).read_text().split("\n")[0] != file:
            return None
        copy = Copy(folder, _locked(folder), file)
    except OSError:
        return None  # somebody works on it now, or it is nothing of ours
    copy.rescue()
    if not copy.precious or not copy.path.exists():
        copy.close(keep=copy.precious)
        return None
    return copy
