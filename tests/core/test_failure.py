"""Who must act, and what people are told."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from pathlib import Path

import pytest

from artframe.core.failure import LONGEST, Blame, CallFailed, classify
from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, ConfigError, NotReady
from tests.small_disk import small_disk


@pytest.mark.parametrize(
    ("error", "blame"),
    [
        (NotReady("away"), Blame.WORLD),
        (AuthFailed("refused"), Blame.PERSON),
        (ConfigError("wrong"), Blame.PERSON),
        (CommandError("odd"), Blame.CALLER),
        (Cancelled(), Blame.NOBODY),
        (asyncio.CancelledError(), Blame.NOBODY),
        (ArtframeError("odd"), Blame.PROGRAMMER),
        (KeyError("k"), Blame.PROGRAMMER),
        (SystemExit(1), Blame.PROGRAMMER),
        (MemoryError(), Blame.PROGRAMMER),
        (OSError(errno.ENOSPC, "No space left on device"), Blame.WORLD),
        (PermissionError(errno.EACCES, "no"), Blame.PROGRAMMER),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value.value,
)
def test_every_error_has_somebody_who_must_act(error: BaseException, blame: Blame) -> None:
    assert classify(error).blame is blame


def test_the_texts_and_the_wish_to_wait_are_kept() -> None:
    failure = classify(NotReady("away", "wait", retry_after=7))
    assert (failure.message, failure.hint, failure.retry_after) == ("away", "wait", 7)


def test_what_a_foreign_exception_says_is_not_shown_but_its_place_is() -> None:
    try:
        raise ValueError("key=1234-secret")
    except ValueError as error:
        failure = classify(error)
    assert "1234" not in failure.message
    assert "ValueError in test_failure.py, line" in failure.message


def test_nobody_is_told_more_than_they_read() -> None:
    failure = classify(NotReady("away: " + "x" * 5_000_000, "y" * 5_000_000))
    assert (len(failure.message), len(failure.hint)) == (LONGEST, LONGEST)
    assert failure.message.startswith("away: x")


def test_a_database_on_a_full_disk_is_told_like_a_file_on_one(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size="256k") as disk:
        database = sqlite3.connect(disk.place / "some.db")
        database.execute("CREATE TABLE some (content BLOB)")
        disk.fill()
        with pytest.raises(sqlite3.OperationalError) as caught, database:
            database.execute("INSERT INTO some VALUES (?)", (bytes(100_000),))
        database.close()
    told = classify(caught.value)
    assert told == classify(OSError(errno.ENOSPC, ""))
    assert "the disk is full" in told.message and "make room" in told.hint


def test_what_was_judged_is_not_judged_again() -> None:
    failure = classify(NotReady("away"))
    assert classify(CallFailed(failure)) is failure
