"""Renditions on disk: bounded, verified, and never a reason to fail."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.library.cache import RenditionKey, Renditions
from tests.small_disk import small_disk


def key(photo: str = "a", version: str = "1", layout: str = "1920x1080:blur") -> RenditionKey:
    return RenditionKey(source="album", photo=photo, version=version, layout=layout)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_comes_back_also_after_a_restart(tmp_path: Path) -> None:
    Renditions(tmp_path / "cache", limit=10_000).put(key(), b"picture")
    again = Renditions(tmp_path / "cache", limit=10_000)
    assert again.get(key()) == b"picture"
    assert again.get(key("b")) is None and again.get(key(version="2")) is None and again.get(key(layout="x")) is None


def test_the_file_begins_as_the_picture_it_is(tmp_path: Path) -> None:
    Renditions(tmp_path, limit=10_000).put(key(), b"\xff\xd8picture")
    (path,) = files(tmp_path)
    assert path.suffix == ".jpg" and path.read_bytes().startswith(b"\xff\xd8picture")


def test_the_least_recently_used_make_room(tmp_path: Path) -> None:
    cache = Renditions(tmp_path, limit=350)
    for name in "abc":
        cache.put(key(name), bytes(90))
    assert cache.get(key("a"))
    cache.put(key("d"), bytes(90))
    assert [name for name in "abcd" if cache.get(key(name))] == ["a", "c", "d"]
    assert sum(path.stat().st_size for path in files(tmp_path)) == cache.size <= 350


def test_the_order_of_use_survives_a_restart_roughly(tmp_path: Path) -> None:
    cache = Renditions(tmp_path, limit=350)
    for name in "abc":
        cache.put(key(name), bytes(90))
    for age, path in enumerate(sorted(files(tmp_path), key=lambda path: path.stem == key("b").name)):
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    again = Renditions(tmp_path, limit=350)
    again.put(key("d"), bytes(90))
    assert again.get(key("b")) and again.get(key("d"))


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 200])
def test_a_damaged_file_is_removed_and_counts_as_not_there(tmp_path: Path, damage: bytes, caplog) -> None:
    cache = Renditions(tmp_path, limit=10_000)
    cache.put(key(), bytes(100))
    (path,) = files(tmp_path)
    path.write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert cache.get(key()) is None
    assert not files(tmp_path) and cache.size == 0 and "damaged" in caplog.text
    cache.put(key(), b"anew")
    assert cache.get(key()) == b"anew"


def test_a_single_wrong_bit_is_noticed(tmp_path: Path) -> None:
    cache = Renditions(tmp_path, limit=10_000)
    cache.put(key(), bytes(100))
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[50] ^= 4
    path.write_bytes(content)
    assert cache.get(key()) is None


def test_a_folder_that_somebody_emptied_is_no_problem(tmp_path: Path) -> None:
    cache = Renditions(tmp_path / "cache", limit=10_000)
    cache.put(key(), b"picture")
    for path in files(tmp_path):
        path.unlink()
    assert cache.get(key()) is None and cache.size == 0


def test_what_an_interrupted_write_left_is_cleaned_up(tmp_path: Path) -> None:
    Renditions(tmp_path, limit=10_000).put(key(), b"picture")
    (path,) = files(tmp_path)
    (path.parent / "tmpabc.tmp").write_bytes(b"half")
    assert Renditions(tmp_path, limit=10_000).size == path.stat().st_size
    assert files(tmp_path) == [path]


def test_a_disk_that_takes_nothing_costs_one_warning(tmp_path: Path, caplog) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = Renditions(tmp_path / "cache", limit=10_000)
    with caplog.at_level(logging.INFO):
        for name in "abc":
            cache.put(key(name), b"picture")
        assert cache.get(key("a")) is None
        (tmp_path / "cache").unlink()
        cache.put(key("a"), b"picture")
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert cache.get(key("a")) == b"picture"


def test_what_is_larger_than_all_room_is_not_kept(tmp_path: Path) -> None:
    cache = Renditions(tmp_path, limit=50)
    cache.put(key(), bytes(100))
    assert cache.get(key()) is None and not files(tmp_path)


def test_a_use_is_noted_on_disk_once_a_day_at_most(tmp_path: Path) -> None:
    cache = Renditions(tmp_path, limit=10_000)
    cache.put(key(), b"picture")
    (path,) = files(tmp_path)
    os.utime(path, (1_000_000, 1_000_000))
    cache.get(key())
    first = path.stat()[stat.ST_MTIME]
    assert first > 1_000_000
    before = path.stat().st_mtime_ns
    cache.get(key())
    assert path.stat().st_mtime_ns == before


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["put", "get", "drop", "restart"]), st.sampled_from("abcdef"), st.integers(0, 120)),
        max_size=40,
    )
)
def test_it_never_holds_more_than_its_limit_nor_anything_wrong(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("cache")
    cache = Renditions(folder, limit=400)
    newest: dict[str, bytes] = {}
    for action, name, size in steps:
        if action == "put":
            newest[name] = bytes([size]) * size
            cache.put(key(name), newest[name])
        elif action == "get":
            assert cache.get(key(name)) in (None, newest.get(name))
        elif action == "drop":
            cache.drop(key(name))
            assert cache.get(key(name)) is None
        else:
            cache = Renditions(folder, limit=400)
        assert cache.size == sum(path.stat().st_size for path in files(folder)) <= 400


def test_renditions_give_way_when_the_disk_gets_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size="1m") as disk:
        cache = Renditions(disk.place / "cache", limit=10 << 20, spare=300_000)
        for number in range(30):
            cache.put(key(str(number)), bytes(50_000))
        free = shutil.disk_usage(disk.place).free
        assert 300_000 <= free < 400_000, "the limit is larger than the disk, and yet there is room"
        assert cache.get(key("29")) is not None and cache.get(key("0")) is None
        disk.fill()
        cache.put(key("new"), bytes(50_000))
        assert cache.get(key("new")) is not None
        (disk.place / "settings.json").write_bytes(bytes(200_000))


def test_a_disk_without_any_room_costs_the_rendition_and_nothing_else(tmp_path: Path, caplog) -> None:
    with small_disk(tmp_path / "disk", size="1m") as disk:
        cache = Renditions(disk.place / "cache", limit=10 << 20, spare=300_000)
        cache.put(key("old"), bytes(50_000))
        disk.fill()
        with caplog.at_level(logging.INFO):
            for name in "abc":
                cache.put(key(name), bytes(50_000))
            disk.make_room()
            cache.put(key("d"), bytes(50_000))
        assert [name for name in ("old", *"abcd") if cache.get(key(name))] == ["d"]
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
