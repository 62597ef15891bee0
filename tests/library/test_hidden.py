"""What a person hid stays hidden, whatever happens to the photo, the database or the list; and no file is touched."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from artframe.core.task import Task
from artframe.display.showings import Showings
from artframe.errors import CommandError, NotReady
from artframe.library.database import Database
from artframe.library.hidden import HiddenPhotos
from artframe.library.library import Library
from artframe.library.photo import LibraryChanged
from artframe.library.space import Limits
from tests.library.shelf import Home, Shelf
from tests.library.test_lost_knowledge import damage, delete_database


class Curtain:
    """A home and its list of hidden photos, made anew with every restart."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.hidden = self._list()

    @property
    def file(self) -> Path:
        return self.home.path / "state" / "hidden.json"

    def restart(self) -> None:
        self.home.restart()
        self.hidden = self._list()

    def showable(self) -> list[str]:
        rows = self.home.database.rows("SELECT id FROM photos WHERE showable ORDER BY id")
        return [row["id"] for row in rows]

    def _list(self) -> HiddenPhotos:
        return HiddenPhotos(self.file, self.home.database, self.home.clock, self.home.events.append)


@pytest.fixture
def curtain(home: Home, shelf: Shelf) -> Curtain:
    shelf.put_many(4)
    home.sync(shelf)
    return Curtain(home)


def test_a_hidden_photo_is_not_to_be_chosen_and_its_file_stays(curtain: Curtain, shelf: Shelf) -> None:
    before = curtain.home.files()
    entry = curtain.hidden.hide("family", "p00001")
    assert (entry.name, entry.at) == ("p00001.jpg", curtain.home.clock.now())
    assert curtain.showable() == ["p00000", "p00002", "p00003"]
    assert curtain.home.events[-1] == LibraryChanged(source="family")
    report = curtain.home.sync(shelf)
    assert (report.kept, report.removed, report.added) == (4, 0, 0)
    assert curtain.home.files() == before
    assert curtain.home.library.find("family", "p00001") is not None, "for plugins it is here like any other"
    assert curtain.home.library.count("family") == 4
    assert curtain.home.library.stats()[0]["hidden"] == 1


def test_what_is_here_and_what_may_be_shown_are_two_numbers(curtain: Curtain) -> None:
    library = curtain.home.library
    assert (library.count(), library.count_showable()) == (4, 4)
    for number in range(4):
        curtain.hidden.hide("family", f"p0000{number}")
        assert (library.count(), library.count_showable()) == (4, 3 - number)
    curtain.hidden.unhide("family", "p00002")
    assert (library.count(), library.count_showable()) == (4, 1)


def test_unhidden_it_is_to_be_chosen_again(curtain: Curtain) -> None:
    curtain.hidden.hide("family", "p00001")
    curtain.hidden.unhide("family", "p00001")
    assert curtain.showable() == ["p00000", "p00001", "p00002", "p00003"]
    assert curtain.hidden.photos() == ()
    with pytest.raises(CommandError, match="no hidden photo") as refused:
        curtain.hidden.unhide("family", "p00001")
    assert refused.value.exit_code == 66


def test_hiding_again_changes_nothing(curtain: Curtain) -> None:
    first = curtain.hidden.hide("family", "p00001")
    curtain.home.clock.advance(60)
    assert curtain.hidden.hide("family", "p00001") == first
    assert curtain.hidden.photos() == (first,)


def test_what_no_source_lists_cannot_be_hidden(curtain: Curtain) -> None:
    with pytest.raises(CommandError, match="no photo of 'family'") as refused:
        curtain.hidden.hide("family", "p99999")
    assert refused.value.exit_code == 66
    assert not curtain.file.exists()


def test_the_newest_comes_first_and_the_file_is_nobody_elses(curtain: Curtain) -> None:
    for name in ("p00002", "p00000"):
        curtain.hidden.hide("family", name)
        curtain.home.clock.advance(1)
    assert [one.id for one in curtain.hidden.photos()] == ["p00000", "p00002"]
    assert curtain.file.stat().st_mode & 0o777 == 0o600


def test_hidden_over_a_restart_another_version_and_a_return_to_the_album(curtain: Curtain, shelf: Shelf) -> None:
    curtain.hidden.hide("family", "p00001")
    curtain.restart()
    assert "p00001" not in curtain.showable()
    shelf.put("p00001", content=b"retouched")
    assert curtain.home.sync(shelf).replaced == 1
    assert "p00001" not in curtain.showable()
    gone = shelf.pictures.pop("p00001")
    assert curtain.home.sync(shelf).removed == 1
    shelf.pictures["p00001"] = gone
    assert curtain.home.sync(shelf).added == 1
    assert "p00001" not in curtain.showable()


def test_hidden_when_its_plugin_was_removed_and_added_again(curtain: Curtain, shelf: Shelf) -> None:
    curtain.hidden.hide("family", "p00001")
    curtain.home.library.forget("family")
    curtain.home.mirror()
    assert "file:p00001.jpg" not in curtain.showable(), "nor while nobody knows what the files are"
    curtain.home.sync(shelf)
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_a_lost_database_shows_nothing_that_is_hidden(curtain: Curtain, shelf: Shelf) -> None:
    curtain.hidden.hide("family", "p00001")
    kept = curtain.file.read_bytes()
    delete_database(curtain.home)
    curtain.file.write_bytes(kept)
    curtain.restart()
    curtain.home.mirror()
    assert len(curtain.showable()) == 3 and "file:p00001.jpg" not in curtain.showable()
    curtain.home.sync(shelf)
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_hidden_while_nobody_knew_what_it_is(curtain: Curtain, shelf: Shelf) -> None:
    delete_database(curtain.home)
    curtain.restart()
    curtain.home.mirror()
    curtain.hidden.hide("family", "file:p00001.jpg")
    curtain.home.sync(shelf)
    curtain.restart()
    assert curtain.showable() == ["p00000", "p00002", "p00003"]
    curtain.hidden.unhide("family", "file:p00001.jpg")
    assert len(curtain.showable()) == 4


def test_a_lost_list_is_known_to_the_database(curtain: Curtain) -> None:
    entry = curtain.hidden.hide("family", "p00001")
    curtain.file.unlink()
    curtain.restart()
    assert curtain.hidden.photos() == (entry,)
    assert "p00001" in curtain.file.read_text(), "and written anew, for the day when the database is lost"
    curtain.file.write_text("{half a file")
    curtain.restart()
    assert curtain.hidden.photos() == (entry,)


def test_a_list_from_a_backup_takes_the_place_of_what_the_database_knows(curtain: Curtain) -> None:
    curtain.hidden.hide("family", "p00001")
    backup = curtain.file.read_bytes()
    curtain.hidden.unhide("family", "p00001")
    curtain.hidden.hide("family", "p00002")
    curtain.file.write_bytes(backup)
    curtain.restart()
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_an_entry_that_cannot_be_read_costs_no_other_entry(curtain: Curtain) -> None:
    curtain.hidden.hide("family", "p00001")
    text = curtain.file.read_text().replace('"hidden": [', '"hidden": [{"source": "family"}, 7,')
    curtain.file.write_text(text)
    curtain.restart()
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_damage_while_the_frame_runs_shows_nothing_that_is_hidden(curtain: Curtain, shelf: Shelf) -> None:
    mirror = curtain.home.mirror()
    curtain.hidden.hide("family", "p00001")
    told = threading.Event()
    curtain.home.database.on_rebuilt(told.set)
    damage(curtain.home.database)
    with contextlib.suppress(NotReady):
        curtain.home.database.rows("SELECT count(*) FROM photos")
    assert told.wait(60)
    mirror.sync(shelf, Task())
    assert ("family", "p00001") in curtain.hidden
    curtain.restart()
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_where_nothing_can_be_written_it_is_hidden_all_the_same(
    curtain: Curtain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotReady("the disk is full")

    def no_room(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(curtain.home.database, "change", full)
        patch.setattr("artframe.library.hidden.write_atomic", no_room)
        with pytest.raises(NotReady, match="is hidden now, but the disk could not keep that"):
            curtain.hidden.hide("family", "p00001")
        assert ("family", "p00001") in curtain.hidden
        assert curtain.hidden.unmarked("family") == {"p00001"}
        with pytest.raises(NotReady, match="stays hidden"):
            curtain.hidden.unhide("family", "p00001")
        assert ("family", "p00001") in curtain.hidden
        curtain.hidden.keep_up()
        assert curtain.hidden.unmarked("family") == {"p00001"}, "not yet"
    curtain.hidden.keep_up()
    assert curtain.hidden.unmarked("family") == set()
    curtain.restart()
    assert curtain.showable() == ["p00000", "p00002", "p00003"]


def test_a_hidden_photo_makes_room_first_and_does_not_come_back_for_it(home: Home, shelf: Shelf) -> None:
    for number in range(3):
        shelf.put(f"p{number}", content=bytes(10), day=number)
    home.limits = Limits(downloads=1, quota_bytes=30)
    home.sync(shelf)
    curtain = Curtain(home)
    curtain.hidden.hide("family", "p2")
    for name in ("p0", "p1"):
        home.shown(name)
    shelf.put("new", content=bytes(10))
    assert (report := home.sync(shelf)).added == 1 and report.evicted == 1
    assert sorted(home.files()) == ["new.jpg", "p0.jpg", "p1.jpg"], "it was hidden, so nobody misses it"
    report = home.sync(shelf)
    assert (report.added, report.evicted) == (0, 0)
    curtain.hidden.unhide("family", "p2")
    home.clock.advance(1)
    home.shown("p0")
    assert home.sync(shelf).added == 1
    assert "p2.jpg" in home.files()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    """A library as artframe 0.1 wrote it: two photos, one of them shown."""
    path = tmp_path / "library.db"
    connection = sqlite3.connect(path)
    script = resources.files("artframe.library.database").joinpath("schema_1.sql").read_text()
    connection.executescript(f"{script} PRAGMA user_version = 1;")
    connection.execute("INSERT INTO sources (instance, folder, last_sync) VALUES ('family', '/photos', 1)")
    for number in (1, 2):
        connection.execute(
            "INSERT INTO photos (source, id, listed, version, moment, file_name, local_version, round, shuffle_key,"
            " bytes) VALUES ('family', ?, ?, '1', 0, ?, '1', 3, ?, 7)",
            (f"p{number}", f'{{"id":"p{number}","name":"{number}.jpg","version":"1"}}', f"{number}.jpg", number),
        )
    connection.execute("INSERT INTO history (source, id, shown, reason) VALUES ('family', 'p1', 5, 'shuffled')")
    connection.execute("INSERT INTO history (source, id, shown, reason) VALUES ('family', 'gone', 4, 'shuffled')")
    connection.commit()
    connection.close()
    yield path


def test_an_older_library_is_brought_up_to_date_with_all_it_knows(old: Path) -> None:
    database = Database(old)
    try:
        assert database.rebuilt == ""
        assert Library(database).count() == 2
        assert [(row["round"], row["photos"]) for row in database.rows("SELECT * FROM tallies")] == [(3, 2)]
        assert {row["id"]: row["name"] for row in database.rows("SELECT * FROM history")} == {"p1": "1.jpg", "gone": ""}
        past = Showings(database).history(2)
        assert [(one.reason.english, one.reason.phrases) for one in past] == [("shuffled", ())] * 2
        database.change(lambda connection: connection.execute("DELETE FROM photos WHERE id = 'p1'"))
        assert [(row["round"], row["photos"]) for row in database.rows("SELECT * FROM tallies")] == [(3, 1)]
    finally:
        database.close()


def test_a_damaged_older_library_is_salvaged_too(old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'photos_by_date'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(old.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    old.write_bytes(content)
    database = Database(old)
    try:
        assert "set aside" in database.rebuilt
        assert Library(database).count() == 2
        assert [row["folder"] for row in database.rows("SELECT folder FROM sources")] == ["/photos"]
    finally:
        database.close()
