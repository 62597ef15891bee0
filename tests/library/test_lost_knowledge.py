"""What the mirror no longer knows, or what the other side says wrongly, never costs the photos that are here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from artframe.core.task import Task
from artframe.errors import NotReady
from artframe.library.database import Database
from artframe.library.space import Limits
from tests.library.shelf import Home, Shelf


def delete_database(home: Home) -> None:
    home.database.close()
    for path in (home.path / "state").iterdir():
        path.unlink()
    home.restart()


def damage(database: Database) -> None:
    """As if a reader had met a damaged page."""
    database._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database._writer.execute("PRAGMA cache_size = 0")
    database.path.write_bytes(b"\xff" * database.path.stat().st_size)


def test_deleted_database_leaves_the_pictures_and_fetches_nothing_again(home: Home, shelf: Shelf) -> None:
    shelf.put_many(5)
    home.sync(shelf)
    delete_database(home)
    home.mirror()
    assert home.library.count() == 5, "shown before any sync"
    shelf.fetched.clear()
    assert home.sync(shelf).kept == 5
    assert shelf.fetched == []
    assert len(home.files()) == 5


def test_files_of_a_person_in_a_new_folder_are_shown_until_the_first_listing_and_stay(home: Home, shelf: Shelf) -> None:
    home.folder().mkdir(parents=True)
    (home.folder() / "mine.jpg").write_bytes(b"mine")
    home.mirror()
    assert home.library.count() == 1
    shelf.put("a")
    home.sync(shelf)
    assert [local.photo.id for local in home.library.photos()] == ["a"]
    assert home.files()["mine.jpg"] == b"mine"


def test_source_that_comes_back_with_hardly_any_photos_loses_nothing_unasked(home: Home, shelf: Shelf) -> None:
    shelf.put_many(40)
    home.sync(shelf)
    home.library.forget("family")
    for number in range(1, 40):
        del shelf.pictures[f"p{number:05}"]
    report = home.sync(shelf)
    assert report.held is not None and report.held.count == 39
    assert len(home.files()) == 40
    assert home.library.count() == 40
    mirror = home.mirror()
    assert mirror.held is not None
    mirror.confirm()
    assert mirror.sync(shelf, Task()).removed == 39
    assert list(home.files()) == ["p00000.jpg"]


def test_renditions_of_a_source_that_comes_back_need_no_question_and_leave_no_double(home: Home, shelf: Shelf) -> None:
    shelf.put_many(40)
    for picture in shelf.pictures.values():
        picture.honest, picture.version = False, "1"
    home.sync(shelf)
    home.library.forget("family")
    report = home.sync(shelf)
    assert report.held is None
    assert len(home.files()) == 40
    assert home.library.count() == 40


def test_database_that_is_lost_while_a_listing_runs_removes_nothing(home: Home, shelf: Shelf) -> None:
    shelf.put_many(600)
    mirror = home.mirror()
    mirror.sync(shelf, Task())
    original = shelf.photos

    def photos() -> object:
        for number, photo in enumerate(original()):
            if number == 400:
                damage(home.database)
                home.database.rows("SELECT count(*) FROM photos")
            yield photo

    shelf.photos = photos  # type: ignore[method-assign,assignment]
    with pytest.raises(NotReady, match="database"):
        mirror.sync(shelf, Task())
    assert len(home.files()) == 600
    shelf.photos = original  # type: ignore[method-assign]
    home.restart()
    home.sync(shelf)
    assert home.library.count() == 600
    assert len(home.files()) == 600, "known again by their checksums"


def test_small_album_of_other_ids_goes_only_when_the_new_photos_are_here(home: Home, shelf: Shelf) -> None:
    shelf.put_many(10)
    home.sync(shelf)
    shelf.pictures.clear()
    shelf.put_many(10, first=100)
    shelf.fetch_fails = dict.fromkeys(shelf.pictures, NotReady("server away"))
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert home.library.count() == 10
    for photo_id in list(shelf.fetch_fails)[3:]:
        del shelf.pictures[photo_id]
    home.sync(shelf)
    assert home.library.count() == 10, "nothing of what is listed now is here"
    shelf.fetch_fails.clear()
    report = home.sync(shelf)
    assert (report.added, report.removed, report.held) == (3, 10, None)
    assert sorted(home.files()) == ["p00100.jpg", "p00101.jpg", "p00102.jpg"]


def test_small_album_of_other_ids_pushes_the_old_one_out_of_a_full_quota(home: Home, shelf: Shelf) -> None:
    home.limits = Limits(downloads=2, quota_bytes=40)
    for number in range(4):
        shelf.put(f"p{number}", content=b"0123456789")
    home.sync(shelf)
    shelf.pictures.clear()
    for number in range(4):
        shelf.put(f"q{number}", content=b"0123456789")
    assert home.sync(shelf).no_room == 0
    assert sorted(home.files()) == ["q0.jpg", "q1.jpg", "q2.jpg", "q3.jpg"]


def test_another_server_at_the_same_address_is_a_loss_that_is_held(home: Home, shelf: Shelf) -> None:
    shelf.put_many(40)
    home.sync(shelf)
    shelf.pictures.clear()
    shelf.put_many(40, first=100)
    report = home.sync(shelf)
    assert report.held is not None and report.held.count == 40
    assert len(home.files()) == 80


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt()], ids=lambda error: type(error).__name__)
def test_fetch_that_wants_to_end_the_process_fails_one_photo_only(
    home: Home, shelf: Shelf, error: BaseException
) -> None:
    shelf.put_many(12)
    for number in range(2, 9):
        shelf.fetch_fails[f"p{number:05}"] = error  # type: ignore[assignment]
    report = home.sync(shelf)
    assert (report.added, report.failed) == (5, 7)


def test_photos_that_stay_unready_do_not_keep_the_others_waiting(home: Home, shelf: Shelf) -> None:
    shelf.put_many(60)
    for number in range(12):
        shelf.fetch_fails[f"p{number:05}"] = NotReady("the preview is not made yet")
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert home.library.count() == 48


def test_names_that_no_file_and_no_database_can_hold_are_survived(home: Home, shelf: Shelf) -> None:
    names = ["\ud800lone.jpg", "nul\0.jpg", "a/b\\c.jpg", "..", "", "\u202egpj.exe", "CON.jpg", "x" * 999, ".jpg", "\n"]
    for number, name in enumerate(names):
        shelf.put(f"id{number}", name, f"bytes {number}".encode())
    assert home.sync(shelf).added == len(names)
    assert home.library.count() == len(names)
    shelf.fetched.clear()
    assert home.sync(shelf).kept == len(names)
    assert shelf.fetched == []
    # Of a name longer than any file's, the beginning and the end are kept.
    kept = {name if len(name) <= 255 else f"{name[:235]}{name[-20:]}" for name in names}
    assert {local.photo.name for local in home.library.photos()} == kept
    assert all(record.file_name for record in home.mirror().summary().records)


def test_rotation_goes_on_when_the_clock_was_years_ahead(home: Home, shelf: Shelf) -> None:
    home.limits = Limits(downloads=1, quota_bytes=20)
    years = timedelta(days=4000).total_seconds()
    home.clock.advance(years)
    for number in range(4):
        shelf.put(f"p{number}", content=b"0123456789")
    home.sync(shelf)
    home.clock = type(home.clock)()
    seen = set()
    for _ in range(6):
        for local in list(home.library.photos()):
            seen.add(local.photo.id)
            home.shown(local.photo.id)
        home.sync(shelf)
    assert seen == {"p0", "p1", "p2", "p3"}


def test_source_that_is_forgotten_in_the_middle_of_a_sync_leaves_no_file_of_nobody(home: Home, shelf: Shelf) -> None:
    shelf.put_many(6)
    shelf.before_fetch = lambda photo_id: home.library.forget("family") if photo_id == "p00003" else None
    home.sync(shelf)
    shelf.before_fetch = lambda _: None
    home.restart()
    shelf.pictures.clear()
    shelf.put("new")
    home.sync(shelf)
    assert list(home.files()) == ["new.jpg"]
