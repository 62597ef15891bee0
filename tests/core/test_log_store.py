"""The newest lines in memory: bounded, numbered, told to those who listen, never at the logger's expense."""

from __future__ import annotations

import asyncio
import logging
import threading
import tracemalloc
from datetime import UTC, datetime

import pytest

from artframe.core.log_line import LogLine
from artframe.core.log_store import LogStore, StoreHandler


def line(message: str = "news", **more: str) -> LogLine:
    return LogLine(id=0, at=datetime(2026, 5, 1, tzinfo=UTC), level="info", logger="artframe", message=message, **more)


def test_ids_count_up_from_one_and_the_oldest_make_room() -> None:
    store = LogStore(limit=3000)
    for number in range(1, 101):
        store.add(line(f"{number}"))
    kept = store.since()
    assert [one.id for one in kept] == list(range(kept[0].id, 101))
    assert 3 <= len(kept) <= 6
    assert [one.message for one in store.since(98)] == ["99", "100"]
    assert store.newest == 100


@pytest.mark.parametrize("text", ["short", "x" * 100_000, "世" * 100_000], ids=["many", "long", "wide"])
def test_the_log_in_memory_stays_under_a_megabyte(text: str) -> None:
    store = LogStore()
    tracemalloc.start()
    try:
        for number in range(5_000):
            store.add(line(f"{number} {text}", traceback=f"{number} {text}"))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 1_000_000
    assert len(store.since()) > 4


def test_one_endless_line_does_not_push_out_all_others() -> None:
    store = LogStore()
    store.add(line("before"))
    store.add(line("x" * 10_000_000, traceback="y" * 10_000_000 + "ValueError: the end"))
    before, endless = store.since()
    assert before.message == "before"
    assert len(endless.message) < 10_000
    assert endless.traceback.endswith("ValueError: the end")


def test_a_listener_that_fails_is_dropped_and_the_logger_never_notices(capsys: pytest.CaptureFixture[str]) -> None:
    store = LogStore()
    heard: list[str] = []

    def broken(new: LogLine) -> None:
        raise RuntimeError("the loop is closed")

    store.listen(broken)
    release = store.listen(lambda new: heard.append(new.message))
    store.add(line("one"))
    store.add(line("two"))
    release()
    release()
    store.add(line("three"))
    assert heard == ["one", "two"]
    assert capsys.readouterr().err == ""


def test_a_record_that_cannot_be_formatted_is_no_failure_of_the_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger = logging.Logger("artframe.test")
    store = LogStore()
    logger.addHandler(StoreHandler(store))
    logger.info("%d pieces", "no number")
    logger.info("after")
    assert [one.message for one in store.since()] == ["after"]


def test_who_follows_gets_every_line_from_every_thread_in_order() -> None:
    store = LogStore()

    async def follow() -> list[int]:
        store.add(line("before"))
        seen: list[int] = []
        threads = [threading.Thread(target=lambda: [store.add(line()) for _ in range(200)]) for _ in range(4)]
        async for new in store.follow(0):
            if not seen:
                for thread in threads:
                    thread.start()
            seen.append(new.id)
            if len(seen) == 801:
                break
        for thread in threads:
            thread.join()
        return seen

    assert asyncio.run(asyncio.wait_for(follow(), 60)) == list(range(1, 802))


def test_a_slow_reader_is_told_what_it_missed_and_holds_nobody_up() -> None:
    store = LogStore(limit=3000)

    async def follow() -> list[LogLine]:
        lines = store.follow(0)
        store.add(line("first"))
        seen = [await anext(lines)]
        for number in range(50):
            store.add(line(f"{number}"))
        while seen[-1].message != "49":
            seen.append(await anext(lines))
        await lines.aclose()
        return seen

    first, missed, *rest = asyncio.run(asyncio.wait_for(follow(), 60))
    assert first.message == "first"
    assert missed.message == f"{50 - len(rest)} lines came faster than they could be shown; the log file has them"
    assert [one.id for one in (missed, *rest)] == list(range(missed.id, 52))


def test_a_secret_that_became_known_later_is_masked_in_older_lines(caplog: pytest.LogCaptureFixture) -> None:
    secrets: list[str] = []

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "********")
        return text

    store = LogStore(mask)
    store.add(line("key s3cr3t-key", traceback="ValueError: s3cr3t-key"))
    secrets.append("s3cr3t-key")
    [masked] = store.since()
    assert (masked.message, masked.traceback) == ("key ********", "ValueError: ********")
