"""A piece of work failed: who must act now, and what are they told?"""

from __future__ import annotations

import asyncio
import enum
import errno
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from artframe.core.sentence import NOTHING, Sentence, said
from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, ConfigError, NotReady

LONGEST = 2000
"""Letters of a message or hint; nobody reads more."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM_OF_SQLITE = (13, 4874)
"""SQLITE_FULL and SQLITE_IOERR_SHMSIZE."""


class Blame(enum.Enum):
    """Who can mend it."""

    WORLD = "world"
    """Something is away or full: tried again, with growing pauses."""
    PERSON = "person"
    """A key or a setting is wrong: waits for a person."""
    CALLER = "caller"
    """Somebody asked for what cannot be done."""
    NOBODY = "nobody"
    """Stopped on purpose: nothing is wrong."""
    PROGRAMMER = "programmer"
    """A bug: the traceback goes to the log."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What went wrong, in words that are safe to show. ``retry_after`` (seconds) is what the other side asked for."""

    blame: Blame
    said: Sentence
    advice: Sentence = NOTHING
    retry_after: float | None = None
    error: BaseException = field(repr=False, compare=False)

    @property
    def message(self) -> str:
        return self.said.english

    @property
    def hint(self) -> str:
        return self.advice.english

    @property
    def signature(self) -> str:
        """The same for the same cause, so that a repetition can be told from news."""
        return f"{self.blame.value}: {self.message}"


class CallFailed(Exception):
    """A call into foreign code failed, and that was judged, counted and logged where it happened."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def classify(error: BaseException) -> Failure:
    """Judge an exception.

    The text of an exception that is not ours may hold anything, even a key: people get its type and its place only.
    """
    if isinstance(error, CallFailed):
        return error.failure
    if isinstance(error, Cancelled | asyncio.CancelledError):
        return Failure(blame=Blame.NOBODY, said=said("failure.stopped", "stopped on request"), error=error)
    if isinstance(error, NotReady):
        return _told(Blame.WORLD, error, error.retry_after)
    if isinstance(error, AuthFailed | ConfigError):
        return _told(Blame.PERSON, error)
    if isinstance(error, CommandError):
        return _told(Blame.CALLER, error)
    if isinstance(error, ArtframeError):
        return _told(Blame.PROGRAMMER, error)
    if (full := no_room(error)) is not None:
        return _told(Blame.WORLD, full)
    return Failure(
        blame=Blame.PROGRAMMER,
        said=said("failure.bug", "stopped by a bug ({what})", what=f"{type(error).__name__}{_place(error)}"),
        advice=said("failure.report", "the log has the details; please report it"),
        error=error,
    )


def no_room(error: BaseException) -> NotReady | None:
    """What an error of a disk without room is, whoever met it; None for any other error."""
    found = error.errno in _NO_ROOM if isinstance(error, OSError) else False
    if not found and getattr(error, "sqlite_errorcode", None) not in _NO_ROOM_OF_SQLITE:
        return None
    return NotReady(
        said("failure.no_room", "the disk is full, so that could not be written; what is here stays as it is"),
        said("failure.make_room", "make room on the disk; artframe then goes on by itself"),
    )


def _told(blame: Blame, error: ArtframeError, retry_after: float | None = None) -> Failure:
    told, advice = (_shortened(text) for text in (error.said, error.advice))
    return Failure(blame=blame, said=told, advice=advice, retry_after=retry_after, error=error)


def _shortened(text: Sentence) -> Sentence:
    """What a server said may be quoted in it, and is kept in memory, in histories and on every page."""
    if len(text.english) <= LONGEST:
        return text
    return Sentence(english=f"{text.english[: LONGEST - 1]}…")


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"
