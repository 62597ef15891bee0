"""A mirror keeps a source's photos here: added, removed, replaced, verified, and never more than that."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from artframe.core.task import Progress, Task
from artframe.errors import CommandError, NotReady
from artframe.library.photo import LibraryChanged
from artframe.plugin import SyncSummary
from tests.library.shelf import Home, Shelf


def test_first_sync_brings_every_photo_under_its_own_name(home: Home, shelf: Shelf) -> None:
    shelf.put("a", "IMG_1.jpg", b"first")
    shelf.put("b", "IMG_2.jpg", b"second")
    report = home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"first", "IMG_2.jpg": b"second"}
    assert (report.added, report.kept, report.removed, report.bytes) == (2, 0, 0, 11)
    assert home.parts() == []
    assert [local.path.name for local in home.library.photos()] == ["IMG_1.jpg", "IMG_2.jpg"]


def test_second_sync_with_nothing_new_fetches_nothing_and_writes_only_the_source_row(home: Home, shelf: Shelf) -> None:
    shelf.put_many(700)
    mirror = home.mirror()
    mirror.sync(shelf, Task())
    shelf.fetched.clear()
    rows = home.database.rows("SELECT * FROM photos")
    before = [tuple(row) for row in rows]
    writes: list[str] = []
    original = home.database.submit

    def counted(work: Any, *, durable: bool = False) -> Any:
        writes.append("write")
        return original(work, durable=durable)

    home.database.submit = counted  # type: ignore[method-assign]
    report = mirror.sync(shelf, Task())
    assert (report.kept, report.added, shelf.fetched) == (700, 0, [])
    assert [tuple(row) for row in home.database.rows("SELECT * FROM photos")] == before
    assert len(writes) == 1, "the source's row"


def test_added_and_removed_photos_follow_the_listing(home: Home, shelf: Shelf) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    del shelf.pictures["p00001"]
    shelf.put("new", "new.jpg", b"new")
    report = home.sync(shelf)
    assert (report.added, report.removed, report.kept) == (1, 1, 2)
    assert sorted(home.files()) == ["new.jpg", "p00000.jpg", "p00002.jpg"]


def test_replaced_original_is_fetched_again_under_the_same_name(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"old")
    home.sync(shelf)
    shelf.put("a", content=b"newer")
    report = home.sync(shelf)
    assert home.files() == {"a.jpg": b"newer"}
    assert (report.replaced, report.added) == (1, 0)


def test_old_version_stays_until_the_new_one_is_complete(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"old")
    home.sync(shelf)
    shelf.put("a", content=b"newer and longer")
    seen: list[dict[str, bytes]] = []
    shelf.before_fetch = lambda _: seen.append(home.files())
    shelf.fetch_fails["a"] = NotReady("away")
    home.sync(shelf)
    assert home.files() == {"a.jpg": b"old"}
    assert home.library.count() == 1
    shelf.fetch_fails.clear()
    home.sync(shelf)
    assert all(files == {"a.jpg": b"old"} for files in seen)
    assert home.files() == {"a.jpg": b"newer and longer"}


def test_new_version_with_the_same_bytes_is_not_fetched(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    home.sync(shelf)
    shelf.fetched.clear()
    shelf.pictures["a"].version = "renamed album"
    assert home.sync(shelf).kept == 1
    assert shelf.fetched == []


def test_rendition_is_kept_under_the_name_that_fits_its_bytes(home: Home, shelf: Shelf) -> None:
    picture = shelf.put("a", "IMG_1.CR2", b"a jpeg")
    picture.honest, picture.renamed, picture.version = False, "IMG_1.jpg", "1"
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"a jpeg"}
    picture.content, picture.version = b"another jpeg", "2"
    home.sync(shelf)
    assert home.files() == {"IMG_1.jpg": b"another jpeg"}
    picture.renamed, picture.version, picture.content = None, "3", b"the raw file"
    home.sync(shelf)
    assert home.files() == {"IMG_1.CR2": b"the raw file"}


def test_first_picture_is_here_while_the_sync_still_runs(home: Home, shelf: Shelf) -> None:
    shelf.put_many(50)
    seen: list[int] = []
    original = home.events.append
    mirror = home.mirror()
    mirror._publish = lambda event: (original(event), seen.append(len(set(shelf.fetched))))  # type: ignore[assignment,func-returns-value]
    mirror.sync(shelf, Task())
    assert LibraryChanged(source="family") in home.events
    assert seen[0] < 50


def test_two_syncs_of_one_source_at_once_are_refused(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    mirror = home.mirror()
    refused: list[CommandError] = []

    def meanwhile(_: str) -> None:
        with pytest.raises(CommandError) as caught:
            mirror.sync(shelf, Task())
        refused.append(caught.value)

    shelf.before_fetch = meanwhile
    mirror.sync(shelf, Task())
    assert len(refused) == 1


def test_changed_scope_needs_no_confirmation_and_waits_for_the_first_new_photo(home: Home, shelf: Shelf) -> None:
    shelf.put_many(40)
    home.sync(shelf)
    shelf.pictures.clear()
    shelf.chosen = "another album"
    shelf.put("new")
    shelf.fetch_fails["new"] = NotReady("not yet")
    report = home.sync(shelf)
    assert len(home.files()) == 40, "the old photos stay while nothing of the new choice is here"
    assert home.mirror().due(shelf)
    shelf.fetch_fails.clear()
    during: list[int] = []
    shelf.before_fetch = lambda _: during.append(len(home.files()))
    report = home.sync(shelf)
    assert during == [40]
    assert (report.added, report.removed, report.held) == (1, 40, None)
    assert list(home.files()) == ["new.jpg"]
    assert not home.mirror().due(shelf)


def test_photos_in_both_scopes_are_kept(home: Home, shelf: Shelf) -> None:
    shelf.put_many(5)
    home.sync(shelf)
    shelf.chosen = "other"
    del shelf.pictures["p00000"]
    report = home.sync(shelf)
    assert (report.kept, report.removed, report.added) == (4, 1, 0)


def test_due_by_interval_scope_and_missing_photos(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    mirror = home.mirror()
    assert mirror.due(shelf)
    mirror.sync(shelf, Task())
    assert not mirror.due(shelf)
    home.clock.advance(shelf.sync_interval.total_seconds() - 1)
    assert not mirror.due(shelf)
    home.clock.advance(1)
    assert mirror.due(shelf)
    mirror.sync(shelf, Task())
    (home.folder() / "a.jpg").unlink()
    mirror.sync(shelf, Task())
    assert not mirror.due(shelf)


def test_clock_that_was_years_ahead_does_not_stop_syncing(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    home.clock.advance(timedelta(days=4000).total_seconds())
    home.sync(shelf)
    home.clock = type(home.clock)()
    assert home.mirror().due(shelf)


def test_forgetting_verifies_every_file_and_fetches_only_what_is_wrong(home: Home, shelf: Shelf) -> None:
    shelf.put_many(4)
    home.sync(shelf)
    path = home.folder() / "p00002.jpg"
    stat = path.stat()
    path.write_bytes(b"X" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert home.sync(shelf).kept == 4, "stat alone cannot see it"
    shelf.fetched.clear()
    shelf.forget = True
    report = home.sync(shelf)
    assert shelf.fetched == ["p00002"]
    assert (report.kept, report.replaced) == (3, 1)
    assert home.files()["p00002.jpg"] == b"the bytes of p00002"


def test_source_is_told_after_the_sync_and_about_once_a_minute_during_it(home: Home, shelf: Shelf) -> None:
    shelf.put_many(1200)
    listed: list[int] = []
    original = shelf.photos

    def slowly() -> object:
        for photo in original():
            listed.append(1)
            if len(listed) == 600:
                home.clock.advance(61)
            yield photo

    shelf.photos = slowly  # type: ignore[method-assign,assignment]
    home.sync(shelf)
    *during, last = shelf.summaries
    assert len(during) == 1 and not during[0].finished and during[0].last_sync is None
    assert last.finished and last.sync_count == 1 and last.last_sync == home.clock.now()
    records = {record.photo.id: record for record in last.records}
    assert len(records) == 1200
    assert records["p00007"].file_name == "p00007.jpg"
    assert records["p00007"].sha1 == shelf.pictures["p00007"].listed("p00007").sha1
    assert len(list(last.records)) == 1200, "records can be read twice"


def test_source_that_fails_in_synced_does_not_fail_the_sync(home: Home, shelf: Shelf) -> None:
    def fail(summary: SyncSummary) -> None:
        raise RuntimeError("cannot write")

    shelf.synced = fail  # type: ignore[method-assign]
    shelf.put("a")
    assert home.sync(shelf).added == 1


def test_two_instances_share_nothing(home: Home) -> None:
    one, two = Shelf(), Shelf()
    one.put("same", "IMG.jpg", b"of one")
    two.put("same", "IMG.jpg", b"of two")
    home.sync(one, "one")
    home.sync(two, "two")
    assert (home.files("one"), home.files("two")) == ({"IMG.jpg": b"of one"}, {"IMG.jpg": b"of two"})
    one.pictures.clear()
    home.sync(one, "one")
    assert (home.files("one"), home.files("two")) == ({}, {"IMG.jpg": b"of two"})


def test_photo_listed_twice_is_kept_once(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    listed = list(shelf.photos())
    shelf.photos = lambda: iter(listed * 3)  # type: ignore[method-assign]
    assert home.sync(shelf).added == 1
    assert home.sync(shelf).kept == 1


def test_progress_ends_at_the_number_of_photos_to_fetch(home: Home, shelf: Shelf) -> None:
    shelf.put_many(5)
    home.sync(shelf)
    shelf.put_many(40, first=5)
    task = Task()
    home.sync(shelf, task=task)
    assert (task.progress.total, task.progress.message) == (40, "45 photos listed, 40 to fetch")
    assert task.progress.done >= 40


def test_a_large_photo_tells_how_many_of_its_bytes_are_here(home: Home, shelf: Shelf) -> None:
    shelf.put("a", content=b"eight by")
    seen: list[tuple[str, int, int | None]] = []

    def note(progress: Progress) -> None:
        if progress.moving is not None:
            seen.append((progress.moving.name, progress.moving.done, progress.moving.total))

    home.sync(shelf, task=Task(note))
    assert seen == [("a.jpg", 4, 8), ("a.jpg", 8, 8)]


def test_a_sync_counts_what_it_fetched_and_removed_also_when_it_breaks_off(home: Home, shelf: Shelf) -> None:
    shelf.put_many(3)
    task = Task()
    home.sync(shelf, task=task)
    assert task.counts == {"photos": 3, "bytes": sum(len(one.content) for one in shelf.pictures.values())}
    del shelf.pictures["p00000"]
    shelf.put("p00001", content=b"retouched")
    task = Task()
    home.sync(shelf, task=task)
    assert task.counts == {"photos": 1, "bytes": len(b"retouched"), "removed": 1}
    shelf.put_many(4)
    shelf.listing_fails = NotReady("away")
    task = Task()
    with pytest.raises(NotReady):
        home.sync(shelf, task=task)
    assert "removed" not in task.counts
