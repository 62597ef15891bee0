"""One session of a connection: the bytes both ways, its terminal, and what becomes of it when the other side goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import asyncssh

from artframe.interfaces.ssh.files.surplus import Surplus
from artframe.interfaces.ssh.login import Login

log = logging.getLogger(__name__)

_PIECE = 1 << 15
_SHARE = 80, 24
"""Columns and rows of a terminal that does not say how large it is."""
_LARGEST = 1000, 500
"""What line editors and editors are told at most: they keep a place in memory for every letter."""


def _nothing() -> None:
    """Nobody wants to know."""


class Session(asyncssh.SSHServerProcess[bytes]):
    """The other side of one session. ``serve`` does what it wants and returns the exit status.

    What it types is read by one at a time; whoever was given more than it wants puts the rest back.
    """

    def __init__(
        self,
        login: Login,
        serve: Callable[[Session], Awaitable[int]],
        files: Callable[[Session], Awaitable[asyncssh.SFTPServer]],
    ) -> None:
        super().__init__(self._begin, lambda _: files(self), 3, False)
        self.login = login
        self.resized: Callable[[], None] = _nothing
        self.interrupted: Callable[[], None] = _nothing
        self._serve = serve
        self._kept = bytearray()
        self._surplus = Surplus()
        self._life: asyncio.Task[Any] | None = None
        login.sessions += 1

    # ---- what it is like

    @property
    def terminal(self) -> str:
        """The kind of terminal (``xterm``), empty if there is none."""
        return self.term_type or ""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        columns, rows = self.term_size[:2]
        return min(columns or _SHARE[0], _LARGEST[0]), min(rows or _SHARE[1], _LARGEST[1])

    @property
    def environment(self) -> dict[str, str]:
        """What the client wants to have in its environment; to be trusted with nothing."""
        return {
            name.decode(errors="replace"): value.decode(errors="replace")
            for name, value in self.channel.get_environment_bytes().items()
        }

    # ---- what it sends

    async def take(self) -> bytes:
        """What was typed since, at least a byte; b"" at the end."""
        if self._kept:
            kept = bytes(self._kept)
            self._kept.clear()
            return kept
        return await self.stdin.read(_PIECE)

    def put_back(self, data: bytes) -> None:
        """Typed, and meant for whoever reads next."""
        self._kept[:0] = data

    # ---- what it gets

    def say(self, text: str) -> None:
        """Lines for standard output, in the form that its terminal wants."""
        self._send(self.channel.write, self._lines(text))

    def complain(self, text: str) -> None:
        """Lines for standard error. On a terminal both are one, or they would overtake each other."""
        self._send(self.channel.write if self.terminal else self.channel.write_stderr, self._lines(text))

    def pass_on(self, data: bytes) -> None:
        """Bytes for standard output, as they are."""
        self._send(self.channel.write, data)

    async def flush(self) -> None:
        """Wait while the other side is slow to read. Raises ConnectionError when it has gone."""
        await asyncio.sleep(0)  # whoever has much to say lets the others have their turn
        try:
            await self.stdout.drain()
        except asyncssh.Error as error:
            raise ConnectionResetError(str(error)) from None

    def _send(self, write: Callable[[bytes], None], data: bytes) -> None:
        if data and not self.channel.is_closing():
            write(data)
            self.login.idle.touch()

    def _lines(self, text: str) -> bytes:
        data = text.encode(errors="replace")
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if self.terminal else data

    # ---- its life

    async def _begin(self, _: asyncssh.SSHServerProcess[bytes]) -> None:
        self._life = asyncio.current_task()
        try:
            status = await self._serve(self)
        except (ConnectionError, asyncssh.Error):
            status = 1
        except Exception:
            log.exception("SSH: a session failed because of a bug")
            self.complain("artframe: this session failed for a reason that is a bug in artframe; see the log\n")
            status = 1
        self.exit(status)

    # ---- called by asyncssh

    def pty_requested(self, term_type: str, term_size: object, term_modes: object) -> bool:
        return self.login.may_have_terminal

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self.login.idle.touch()
        if self.subsystem == "sftp":
            data = self._surplus.without(data)
        if data:
            super().data_received(data, datatype)

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self.resized()

    def signal_received(self, signal: str) -> None:
        if signal == "INT":
            self.interrupted()
        elif signal in ("TERM", "HUP", "KILL"):
            self.channel.close()

    def break_received(self, msec: int) -> bool:
        self.interrupted()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.login.sessions -= 1
        if self._life is not None:
            self._life.cancel()
