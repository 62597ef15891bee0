"""How does another process ask the running frame? Over a Unix socket whose file mode is the authentication.

One connection is one command; ``artframe.interfaces.conversation`` says how it goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
from pathlib import Path
from typing import Any

from artframe.core.calling import Caller
from artframe.interfaces.arguments import parse
from artframe.interfaces.channel import LONGEST_LINE, Channel
from artframe.interfaces.conversation import Conversation
from artframe.interfaces.intake import clear_out
from artframe.interfaces.runner import Runner
from artframe.interfaces.socket_path import NAME, socket_address


class ControlSocket:
    """The server side; lives on the loop."""

    def __init__(self, home: Path, runner: Runner, caller: Caller) -> None:
        self._state = home / "state"
        self._home = home
        self._runner = runner
        self._caller = caller
        self._server: asyncio.Server | None = None
        self._address = contextlib.ExitStack()
        self._conversations: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Listen on ``state/control.sock`` (0600); a socket left behind by a crash is replaced (the lock is ours)."""
        await self._caller.call(clear_out, self._state)
        with contextlib.suppress(FileNotFoundError):
            (self._state / NAME).unlink()
        # The address stays valid until the end: from Python 3.13 on, asyncio itself removes the socket through it.
        address = self._address.enter_context(socket_address(self._home))
        with contextlib.ExitStack() as undo:
            listener = undo.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(address)
            # By its own mode, before it listens: the umask is that of everybody who makes a file meanwhile.
            (self._state / NAME).chmod(0o600)
            self._server = await asyncio.start_unix_server(self._converse, sock=listener, limit=LONGEST_LINE)
            undo.pop_all()

    async def stop(self) -> None:
        """Take no new command, cancel what runs and remove the socket."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for conversation in tuple(self._conversations):
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        self._address.close()
        with contextlib.suppress(OSError):
            (self._state / NAME).unlink()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        current = asyncio.current_task()
        assert current is not None
        self._conversations.add(current)
        conversation = Conversation(
            Channel(reader, writer, self._caller),
            runner=self._runner,
            caller=self._caller,
            read=functools.partial(parse, self._runner.registry),
            folder=self._state,
        )
        # Only the end of the frame cancels it, and nobody waits for this task but asyncio, which calls that a fault.
        with contextlib.suppress(asyncio.CancelledError):
            await conversation.hold()
        self._conversations.discard(current)
