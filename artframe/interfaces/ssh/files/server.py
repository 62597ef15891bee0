"""How does SFTP reach our tree of files? Every request is answered in a worker, none by the files of this machine."""

from __future__ import annotations

import errno
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import ParamSpec, TypeVar, cast

import asyncssh

from artframe.core.calling import Caller
from artframe.errors import ArtframeError
from artframe.interfaces.ssh.files.entry import Branch, Entry, Handle
from artframe.interfaces.ssh.files.paths import Parts, parts_of, path_of, told
from artframe.interfaces.ssh.files.tree import Tree
from artframe.interfaces.ssh.session import Session

P = ParamSpec("P")
R = TypeVar("R")

_MOST_READ = 256 * 1024
"""At most so many bytes are read at once, whatever is asked for: a client asks again for the rest."""
_AT_ONCE = 200
"""So many files of a folder are looked at in one go: it may hold a hundred thousand."""
MOST_OPEN = 128
"""So many files are open over SFTP in all: the panel and the photos need descriptors, too."""
_OWNER = "artframe"


class FrameSftp(asyncssh.SFTPServer):
    """One SFTP session. ``opened`` is what all sessions have open; ``leave`` is called at its end."""

    def __init__(
        self, session: Session, tree: Tree, caller: Caller, opened: set[object], leave: Callable[[], None]
    ) -> None:
        super().__init__(session.channel)
        self._opened = opened
        self._places: dict[Handle, object] = {}
        self._session = session
        self._tree = tree
        self._caller = caller
        self._leave = leave

    # ---- looking

    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return _attributes(await self._do(self._tree.entry, parts_of(path)))

    async def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return await self.stat(path)

    async def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return _attributes(await self._do(_open(file_obj).entry))

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        parts = parts_of(path)
        names = await self._do(self._tree.names, parts)
        yield asyncssh.SFTPName(b".", attrs=_attributes(Entry(mode=stat.S_IFDIR | 0o755)))
        for start in range(0, len(names), _AT_ONCE):
            for name, entry in await self._do(self._tree.those, parts, names[start : start + _AT_ONCE]):
                yield asyncssh.SFTPName(name.encode(), attrs=_attributes(entry))

    def realpath(self, path: bytes) -> bytes:
        return path_of(parts_of(path))

    async def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        return asyncssh.SFTPVFSAttrs.from_local(await self._do(self._tree.disk, parts_of(path)))

    async def fstatvfs(self, file_obj: object) -> asyncssh.SFTPVFSAttrs:
        return await self.statvfs(b"/")

    def format_user(self, uid: int | None) -> str:
        return _OWNER

    def format_group(self, gid: int | None) -> str:
        return _OWNER

    # ---- files

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Handle:
        if len(self._opened) >= MOST_OPEN:
            raise told(errno.EMFILE, f"{MOST_OPEN} files are open already; close some first")
        place = object()
        self._opened.add(place)
        try:
            handle = await self._do(self._tree.open, parts_of(path), pflags)
        except BaseException:
            self._opened.discard(place)
            raise
        self._places[handle] = place
        return handle

    async def close(self, file_obj: object) -> None:
        # asyncssh closes what is open at the end of a session, too, while it handles the error that ended it. Then the
        # file is not complete, and must not look as if it were.
        ended = sys.exc_info()[0] is not None
        handle = _open(file_obj)
        try:
            await self._do(handle.abandon if ended else handle.finish)
        finally:
            self._opened.discard(self._places.pop(handle, None))

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        self._session.login.idle.touch()
        return await self._do(_open(file_obj).read, offset, min(size, _MOST_READ))

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        return await self._do(_open(file_obj).write, offset, data)

    async def fsync(self, file_obj: object) -> None:
        await self._do(_open(file_obj).sync)

    async def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        handle = _open(file_obj)
        if attrs.size is not None:
            await self._do(handle.resize, attrs.size)
        if attrs.mtime is not None:
            await self._do(handle.date, attrs.atime or attrs.mtime, attrs.mtime)

    # ---- changing; rights and owners are ours to set, so what is said of them is passed over

    async def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        if attrs.size is not None:
            size = attrs.size
            await self._change(path, lambda branch, rest: branch.resize(rest, size))
        if attrs.mtime is not None:
            accessed, modified = attrs.atime or attrs.mtime, attrs.mtime
            await self._change(path, lambda branch, rest: branch.date(rest, accessed, modified))

    async def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        await self.setstat(path, attrs)

    async def remove(self, path: bytes) -> None:
        await self._change(path, lambda branch, rest: branch.remove(rest))

    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        await self._change(path, lambda branch, rest: branch.make_folder(rest))

    async def rmdir(self, path: bytes) -> None:
        await self._change(path, lambda branch, rest: branch.remove_folder(rest))

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._rename(oldpath, newpath, replace=False)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._rename(oldpath, newpath, replace=True)

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPNoSuchFile("There are no links here")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("There are no links here")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("There are no links here")

    async def exit(self) -> None:
        leave, self._leave = self._leave, lambda: None
        leave()

    async def _change(self, path: bytes, do: Callable[[Branch, Parts], None]) -> None:
        await self._do(self._tree.change, parts_of(path), do)

    async def _rename(self, old: bytes, new: bytes, *, replace: bool) -> None:
        await self._do(lambda: self._tree.rename(parts_of(old), parts_of(new), replace=replace))

    async def _do(self, function: Callable[P, R | Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call it in a worker. What the frame refuses is told on standard error, too: few clients show the answer."""
        with self._session.login.idle.busy():
            try:
                return await self._caller.call(function, *args, **kwargs)
            except ArtframeError as error:
                self._session.complain(f"artframe: {error}\n")
                raise asyncssh.SFTPFailure(str(error)) from None


def _open(file_obj: object) -> Handle:
    return cast("Handle", file_obj)


def _attributes(entry: Entry) -> asyncssh.SFTPAttrs:
    return asyncssh.SFTPAttrs(
        size=entry.size,
        uid=0,
        gid=0,
        permissions=entry.mode,
        atime=int(entry.accessed),
        mtime=int(entry.modified),
        nlink=1,
    )
