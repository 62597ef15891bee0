"""How does a person answer a question when there is no shell between them and us? Line by line, key by key."""

from __future__ import annotations

from artframe.errors import Cancelled, CommandError
from artframe.interfaces.ssh.session import Session

INTERRUPT = b"\x03"
_END = b"\x04"
_ERASE = (b"\x7f", b"\x08")
_ERASE_ALL = b"\x15"
_LONGEST = 64 * 1024


async def ask(session: Session, question: str, *, hidden: bool = False) -> str:
    """One line from the other side: typed at a terminal after a question, else simply the next one that it sends.

    Raises EOFError when nothing more comes, Cancelled for Ctrl-C, CommandError for a line without end.
    """
    if not session.terminal:
        return await next_line(session)
    session.complain(question)
    try:
        return await _typed(session, hidden=hidden)
    finally:
        session.complain("\n")


async def next_line(session: Session) -> str:
    """The next line that is sent, without its end; the last one may lack it. Raises EOFError, CommandError."""
    line = bytearray()
    while data := await session.take():
        head, end, rest = data.partition(b"\n")
        line += head
        if len(line) > _LONGEST:
            raise CommandError(f"a line is longer than {_LONGEST:,} bytes; nothing was done", exit_code=64)
        if end:
            session.put_back(rest)
            return line.decode(errors="replace").removesuffix("\r")
    if not line:
        raise EOFError
    return line.decode(errors="replace").removesuffix("\r")


async def _typed(session: Session, *, hidden: bool) -> str:
    text = ""
    pending = b""
    while data := await session.take():
        for position in range(len(data)):
            key = data[position : position + 1]
            if key in (b"\r", b"\n"):
                session.put_back(data[position + 1 :])
                return text
            if key == INTERRUPT:
                session.put_back(data[position + 1 :])
                raise Cancelled
            if key == _END and not text:
                raise EOFError
            if key in _ERASE or key == _ERASE_ALL:
                gone = len(text) if key == _ERASE_ALL else min(len(text), 1)
                text = text[: len(text) - gone]
                _echo(session, "\b \b" * gone, hidden)
            elif key >= b" " and len(text) < _LONGEST:
                pending += key
                letter = pending.decode(errors="ignore")
                if letter or len(pending) == 4:
                    pending = b""
                    text += letter
                    _echo(session, letter, hidden)
    raise EOFError


def _echo(session: Session, text: str, hidden: bool) -> None:
    if not hidden:
        session.complain(text)
