"""The database commits in order, survives damage, and tells the world's faults from ours."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from artframe.core.task import Task
from artframe.errors import ConfigError, NotReady
from artframe.library.database import Connection, Database
from tests.library.shelf import Home, Shelf
from tests.small_disk import small_disk


def test_changes_of_many_threads_are_all_committed(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")

    def add(number: int) -> None:
        for index in range(20):
            name = f"{number}-{index}"
            database.change(
                lambda connection, name=name: connection.execute(  # type: ignore[misc]
                    "INSERT INTO sources (instance, folder) VALUES (?, '')", (name,)
                ),
                durable=index % 5 == 0,
            )

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(database.rows("SELECT 1 FROM sources")) == 160
    database.close()


def test_failing_change_is_rolled_back_and_its_neighbours_are_not(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    hold = threading.Event()

    def insert(name: str, fail: bool = False) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            hold.wait(60)
            connection.execute("INSERT INTO sources (instance, folder) VALUES (?, '')", (name,))
            if fail:
                raise ValueError("no")

        return work

    changes = [database.submit(insert("a")), database.submit(insert("b", fail=True)), database.submit(insert("c"))]
    hold.set()
    changes[0].result(60), changes[2].result(60)
    with pytest.raises(ValueError, match="no"):
        changes[1].result(60)
    assert [row["instance"] for row in database.rows("SELECT instance FROM sources ORDER BY 1")] == ["a", "c"]
    database.close()


def test_closed_database_refuses_changes(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    database.close()
    database.close()
    with pytest.raises(NotReady):
        database.change(lambda connection: None)


def test_database_of_a_newer_artframe_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="newer"):
        Database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"this is no database" * 100, b""], ids=["garbage", "emptied"])
def test_unreadable_database_is_set_aside_and_the_pictures_go_on(home: Home, shelf: Shelf, damage: bytes) -> None:
    shelf.put_many(5)
    home.sync(shelf)
    home.database.close()
    for path in (home.path / "state").iterdir():
        path.unlink()
    (home.path / "state" / "library.db").write_bytes(damage)
    home.restart()
    if damage:
        assert "set aside" in home.database.rebuilt
        kept = [path for path in (home.path / "state").iterdir() if "damaged" in path.name]
        assert kept[0].read_bytes() == damage
        home.mirror()
        assert home.library.count() == 5, "shown before any sync"
    shelf.fetched.clear()
    (home.folder() / "mine.jpg").write_bytes(b"mine")
    report = home.sync(shelf)
    assert (home.folder() / "mine.jpg").read_bytes() == b"mine"
    if damage:
        assert (report.kept, report.added, shelf.fetched) == (5, 0, [])
        assert len(home.files()) == 6
    assert home.library.count() == 5


def test_files_of_nobody_are_no_longer_shown_after_a_listing_but_stay(home: Home, shelf: Shelf) -> None:
    shelf.put_many(3)
    home.sync(shelf)
    home.database.close()
    (home.path / "state" / "library.db").write_bytes(b"garbage" * 1000)
    home.restart()
    home.mirror()
    del shelf.pictures["p00000"]
    home.sync(shelf)
    assert home.library.count() == 2
    assert len(home.files()) == 3, "nobody knows whose it is"


def damage_pages(path: Path) -> None:
    """Overwrite the last third of the file: some rows are gone, some can be read."""
    content = bytearray(path.read_bytes())
    start = len(content) * 2 // 3
    content[start:] = b"\xff" * (len(content) - start)
    path.write_bytes(content)


def test_what_can_be_read_of_a_damaged_database_is_brought_over(home: Home, shelf: Shelf) -> None:
    shelf.put_many(600)
    home.sync(shelf)
    home.database.close()
    damage_pages(home.path / "state" / "library.db")
    home.restart()
    report = home.sync(shelf)
    shelf.fetched.clear()
    report = home.sync(shelf)
    assert (report.kept, report.failed) == (600, 0)
    assert home.library.count() == 600
    assert sorted(home.files()) == sorted(picture.name for picture in shelf.pictures.values())


def test_damage_while_the_frame_runs_is_mended_at_once(home: Home, shelf: Shelf) -> None:
    shelf.put_many(10)
    mirror = home.mirror()
    mirror.sync(shelf, Task())
    told = threading.Event()
    home.database.on_rebuilt(told.set)
    home.database._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    home.database._writer.execute("PRAGMA cache_size = 0")
    path = home.path / "state" / "library.db"
    path.write_bytes(b"\xff" * path.stat().st_size)
    assert home.database.rows("SELECT count(*) AS n FROM photos")[0]["n"] >= 0
    assert told.wait(60)
    assert "set aside" in home.database.rebuilt
    mirror.sync(shelf, Task())
    assert home.library.count() == 10


def test_a_disk_without_a_byte_of_room_is_said_to_be_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size="2m") as disk:
        Database(disk.place / "library.db").close()
        disk.fill()
        with pytest.raises(NotReady, match="the disk is full") as refused:
            Database(disk.place / "library.db")
        assert "make room" in refused.value.hint
        disk.make_room()
        Database(disk.place / "library.db").close()
