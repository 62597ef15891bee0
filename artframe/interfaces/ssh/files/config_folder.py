"""How are the configuration's files read and written over SFTP, under the rules that hold for everybody?

A new text is checked when its file is closed, or when a temporary file is renamed to its name: what is wrong is the
answer, and the file stays as it was. Secrets are masked in what is read, and put back in what is written.
"""

from __future__ import annotations

import errno
import functools
import os
import stat
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from artframe.config.authorized_keys import NAME as KEYS
from artframe.config.authorized_keys import AuthorizedKeys
from artframe.config.files import basis_of
from artframe.config.layout import FRAME, INSTANCE, PLUGINS
from artframe.config.problem import ConflictError
from artframe.config.showing import Showing
from artframe.config.store import ConfigStore
from artframe.config.text_editing import TextEditor
from artframe.errors import ArtframeError, CommandError
from artframe.interfaces.ssh.files.config_file import FILE, ConfigReading, ConfigWriting
from artframe.interfaces.ssh.files.desk import Desk, Written
from artframe.interfaces.ssh.files.entry import APPEND, CREATE, EXCLUSIVE, READ, TRUNCATE, WRITE, Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, told

P = ParamSpec("P")
R = TypeVar("R")

_REASON = "SFTP"
_FOLDER = Entry(mode=stat.S_IFDIR | 0o755)
_NEVER = "secrets.json"


def _held(method: Callable[Concatenate[ConfigFolder, P], R]) -> Callable[Concatenate[ConfigFolder, P], R]:
    """Nobody else works on the same desk meanwhile."""

    @functools.wraps(method)
    def hold(folder: ConfigFolder, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with folder.desk.lock:
            return method(folder, *args, **kwargs)

    return hold


class ConfigFolder:
    """``/config`` as one person sees it; see ``Branch``. What else is in the folder is as if it were not there."""

    def __init__(self, store: ConfigStore, keys: AuthorizedKeys, desk: Desk) -> None:
        self._store = store
        self._texts = TextEditor(store)
        self._showing = Showing(store)
        self._keys = keys
        self.desk = desk

    # ---- looking

    @_held
    def entry(self, parts: Parts) -> Entry:
        """See ``Branch``."""
        if parts in ((), (PLUGINS,)):
            return _FOLDER
        sheet = self.desk.sheets.get(parts)
        if sheet is not None:
            return Entry(mode=FILE, size=len(sheet.content), modified=sheet.modified, accessed=sheet.modified)
        file = self._present(parts)
        found = self._store.layout.path(file).stat()
        size = len(self._content(file))
        return Entry(mode=FILE, size=size, modified=found.st_mtime, accessed=found.st_atime)

    @_held
    def names(self, parts: Parts) -> list[str]:
        """See ``Branch``."""
        if parts not in ((), (PLUGINS,)):
            raise told(errno.ENOTDIR if self.entry(parts) else errno.ENOENT)
        listed = self._store.layout.listing().plugins or ()
        names = {FRAME, KEYS, PLUGINS} if not parts else {file.removeprefix(f"{PLUGINS}/") for file in listed}
        names |= {place[-1] for place in self.desk.sheets if place[:-1] == parts}
        return sorted(names)

    @_held
    def open(self, parts: Parts, flags: int) -> Handle:
        """See ``Branch``."""
        if parts in ((), (PLUGINS,)):
            raise told(errno.EISDIR)
        writing = bool(flags & (WRITE | APPEND))
        # Whoever writes anew has not read what is there now; what they read earlier counts.
        before = self._before(parts, noted=not flags & TRUNCATE)
        if before is None and not (writing and flags & CREATE):
            raise told(errno.ENOENT)
        if before is not None and flags & CREATE and flags & EXCLUSIVE:
            raise told(errno.EEXIST)
        if not writing:
            return ConfigReading(before or b"", self.entry(parts))
        self._check_place(parts)
        start = b"" if before is None or flags & TRUNCATE else before
        changed = before is None or bool(flags & TRUNCATE)
        return ConfigWriting(
            self, parts, start, changed=changed, readable=bool(flags & READ), append=bool(flags & APPEND)
        )

    def disk(self) -> os.statvfs_result:
        """See ``Branch``."""
        return os.statvfs(self._store.layout.config)

    # ---- changing

    @_held
    def date(self, parts: Parts, accessed: float, modified: float) -> None:
        """See ``Branch``."""
        sheet = self.desk.sheets.get(parts)
        if sheet is not None:
            sheet.modified = modified
        else:
            os.utime(self._store.layout.path(self._present(parts)), (accessed, modified))

    def resize(self, parts: Parts, size: int) -> None:
        """See ``Branch``."""
        raise told(errno.EACCES, "a configuration file is written as a whole")

    @_held
    def remove(self, parts: Parts) -> None:
        """See ``Branch``. Deleting a plugin's file removes the plugin."""
        if self.desk.sheets.pop(parts, None) is not None:
            return
        file = self._present(parts)
        if file in self.desk.refused:
            # Whoever copies files deletes what could not be written, and means that, not what was there before.
            self.desk.refused.discard(file)
            raise CommandError(
                f"{file} is as it was before the refused write, so it was not deleted", "delete it again"
            )
        if self.desk.waits_for(parts):
            self.desk.away.add(file)  # it makes room for a temporary file that is to take its place
            return
        if not file.startswith(f"{PLUGINS}/"):
            raise told(errno.EACCES, f"{file} cannot be deleted, only edited")
        self._store.remove(file, reason=_REASON)
        self.desk.written.pop(file, None)
        self.desk.read.pop(file, None)

    def make_folder(self, parts: Parts) -> None:
        """See ``Branch``."""
        raise told(errno.EEXIST if parts in ((), (PLUGINS,)) else errno.EACCES, "there are no other folders here")

    def remove_folder(self, parts: Parts) -> None:
        """See ``Branch``."""
        raise told(errno.EACCES, "this folder stays")

    @_held
    def rename(self, old: Parts, new: Parts, *, replace: bool) -> None:
        """See ``Branch``. A temporary file becomes a configuration file, or such a file makes room for another one."""
        content = self._before(old, noted=True)
        if content is None:
            raise told(errno.ENOENT)
        self._check_place(new)
        if not replace and self._before(new) is not None:
            raise told(errno.EEXIST)
        sheet = self.desk.sheets.get(old)
        if sheet is not None:
            self.put(new, content, sheet.modified)
            if new != old:
                self.desk.sheets.pop(old, None)
        elif _file_of(new) is None:
            self.desk.lay(new, content)
            self.desk.away.add(self._present(old))
        elif new != old:
            raise CommandError(
                "a plugin's instance cannot be renamed: its photos belong to its name; nothing was changed",
                "'artframe plugin duplicate' makes another one with the same settings",
            )

    @_held
    def put(self, parts: Parts, content: bytes, modified: float | None = None) -> None:
        """The file is complete: put it in force, or onto the desk if it is a temporary one. Raises ArtframeError."""
        file = _file_of(parts)
        if file is None:
            self.desk.lay(parts, content, modified)
            return
        try:
            self._save(file, content)
        except ArtframeError:
            self.desk.refused.add(file)
            self.desk.away.discard(file)
            raise
        self.desk.refused.discard(file)
        self.desk.away.discard(file)
        if modified is not None:
            os.utime(self._store.layout.path(file), (modified, modified))

    def _save(self, file: str, content: bytes) -> None:
        basis = self.desk.read.get(file, "")
        if file == KEYS:
            now = self._keys.read().text
            if basis and basis_of((now or "").encode(errors="surrogateescape")) != basis:
                raise ConflictError(KEYS, ours="", theirs="")
            self._keys.write(content.decode(errors="surrogateescape"), basis=now)
            saved = basis_of(content)
        else:
            saved = self._texts.write(file, content, reason=_REASON, basis=basis).basis
            self.desk.written[file] = Written(basis=saved, content=content)
        if basis:
            self.desk.read[file] = saved

    # ---- what is there

    def _present(self, parts: Parts) -> str:
        """The configuration file that is there. Raises OSError."""
        file = _file_of(parts)
        if file is None or file in self.desk.away or not self._store.layout.path(file).is_file():
            raise told(errno.ENOENT)
        return file

    def _before(self, parts: Parts, *, noted: bool = False) -> bytes | None:
        """What is there now, None for nothing; ``noted``: somebody reads it."""
        sheet = self.desk.sheets.get(parts)
        if sheet is not None:
            return sheet.content
        try:
            return self._content(self._present(parts), noted=noted)
        except FileNotFoundError:
            return None

    def _content(self, file: str, *, noted: bool = False) -> bytes:
        """The file as it may be shown; as its writer wrote it, if this is who asks."""
        if file == KEYS:
            content = (self._keys.read().text or "").encode(errors="surrogateescape")
            basis = basis_of(content)
        else:
            raw = self._store.files.expected(file)
            content, basis = self._showing.text(file, raw).encode(), basis_of(raw)
            written = self.desk.written.get(file)
            if written is not None and written.basis == basis:
                content = written.content
        if noted:
            self.desk.read[file] = basis
        return content

    def _check_place(self, parts: Parts) -> None:
        """Raise OSError where no file may be, not even for a while."""
        if len(parts) > 2 or (len(parts) == 2 and parts[0] != PLUGINS):
            raise told(errno.ENOENT)
        if _NEVER in parts[-1].lower():
            raise told(errno.EACCES, "secrets are set with 'artframe secret set', not as a file")
        file = _file_of(parts)
        if file is None and parts[-1].endswith(".json") and not parts[-1].startswith("."):
            raise told(errno.EACCES, "no configuration file can have this name")


def _file_of(parts: Parts) -> str | None:
    """The configuration file of this place; None where only temporary files may be."""
    if parts in ((FRAME,), (KEYS,)):
        return parts[0]
    if len(parts) == 2 and parts[0] == PLUGINS:
        stem, dot, ending = parts[1].rpartition(".")
        if dot and ending == "json" and INSTANCE.fullmatch(stem):
            return "/".join(parts)
    return None
