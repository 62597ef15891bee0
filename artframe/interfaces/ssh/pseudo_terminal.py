"""How does a program run on the frame with its terminal at the other end of an SSH session?"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from artframe.errors import CommandError
from artframe.interfaces.ssh.session import Session

_PIECE = 1 << 15
_CONTROLLING = ("setsid", "--ctty")
"""Makes the terminal the one that Ctrl-C and a hang-up come from; of util-linux, which every Debian has."""
_LAST_WORDS_SECONDS = 2.0
"""How long a program whose terminal went away may take to put the person's text in safety."""


async def run_on_terminal(session: Session, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> int:
    """Run the program until it ends; returns its exit status, negative for a signal. Raises CommandError.

    When the session ends first, the program's terminal hangs up, and it is killed if that does not end it.
    """
    master, slave = os.openpty()
    try:
        _resize(master, session)
        try:
            process = await asyncio.create_subprocess_exec(
                *_CONTROLLING, *words, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), cwd=folder
            )
        finally:
            os.close(slave)
    except OSError as error:
        os.close(master)
        told = error.strerror or str(error)
        raise CommandError(f"{words[0]} does not start: {told}; nothing was changed") from None
    os.set_blocking(master, False)
    session.resized = lambda: _resize(master, session)
    relays = [asyncio.create_task(_show(session, master)), asyncio.create_task(_type(session, master))]
    try:
        status = await process.wait()
        await asyncio.wait(relays[:1], timeout=_LAST_WORDS_SECONDS)  # what it wrote last still arrives
        return status
    finally:
        session.resized = lambda: None
        for relay in relays:
            relay.cancel()
        await asyncio.gather(*relays, return_exceptions=True)
        os.close(master)
        if process.returncode is None:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Its terminal has gone, of which the kernel has told it."""
    try:
        await asyncio.wait_for(process.wait(), _LAST_WORDS_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _show(session: Session, master: int) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await _ready(master, loop.add_reader, loop.remove_reader)
        try:
            data = os.read(master, _PIECE)
        except BlockingIOError:
            continue
        except OSError:
            return  # nobody has the terminal open any more
        if not data:
            return
        session.pass_on(data)
        await session.flush()


async def _type(session: Session, master: int) -> None:
    loop = asyncio.get_running_loop()
    while data := await session.take():
        while data:
            try:
                data = data[os.write(master, data) :]
            except BlockingIOError:
                await _ready(master, loop.add_writer, loop.remove_writer)
            except OSError:
                return


async def _ready(
    master: int, add: Callable[[int, Callable[[], None]], object], remove: Callable[[int], object]
) -> None:
    ready = asyncio.Event()
    add(master, ready.set)
    try:
        await ready.wait()
    finally:
        remove(master)


def _resize(master: int, session: Session) -> None:
    columns, rows = session.size
    with contextlib.suppress(OSError):
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
