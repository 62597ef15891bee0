"""A scan tells every path once: a file, not synced and why, or unknown; and unknown never looks like missing."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artframe.immich import MediaTypes
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import CONFLICT_COPY, Rules
from artframe_folder_sync.files.scan import LINK, SPECIAL, TWIN, scan
from artframe_folder_sync.records import FileFact, Skipped, Unknown

RULES = Rules(
    [],
    MediaTypes(images=frozenset({".jpg", ".heic"}), videos=frozenset({".mov", ".mp4"}), sidecars=frozenset({".xmp"})),
)


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode("utf-8", "surrogateescape"))


def files(root: Path, folders: list[str] | None = None, *, deep: bool = True, rules: Rules = RULES) -> list[str]:
    return [one.path for one in scan(Disk(root), rules, folders, deep=deep) if isinstance(one, FileFact)]


def others(root: Path, disk: Disk | None = None) -> dict[str, str]:
    """What is not a file, by path: its reason, and a ``!`` before it where nothing may be concluded."""
    return {
        one.path: f"{'!' if isinstance(one, Unknown) or one.untouched else ''}{one.reason}"
        for one in scan(disk or Disk(root), RULES)
        if isinstance(one, Skipped | Unknown)
    }


def failing(root: Path, operation: str, path: str, number: int) -> Disk:
    def probe(what: str, where: str) -> None:
        if (what, where) == (operation, path):
            raise OSError(number, os.strerror(number), where)

    return Disk(root, probe=probe)


def test_files_come_folder_by_folder_in_order(tmp_path: Path) -> None:
    put(tmp_path, "z.jpg", "b/2.jpg", "b/1.jpg", "a/x/3.jpg", "a/4.jpg", "a.b/5.jpg")
    assert files(tmp_path) == ["z.jpg", "a/4.jpg", "a/x/3.jpg", "a.b/5.jpg", "b/1.jpg", "b/2.jpg"]


def test_a_fact_is_what_the_disk_says_of_the_file(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg")
    disk = Disk(tmp_path)
    assert list(scan(disk, RULES)) == [disk.status("a/1.jpg")]


def test_an_empty_file_is_told_like_others(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (fact,) = scan(Disk(tmp_path), RULES)
    assert isinstance(fact, FileFact)
    assert fact.size == 0


def test_nothing_below_an_ignored_folder_is_looked_at(tmp_path: Path) -> None:
    put(tmp_path, "@eaDir/1.jpg", ".stversions/2.jpg", "x/.artframe-trash/3.jpg", "4.jpg")
    looked: list[str] = []
    disk = Disk(tmp_path, probe=lambda operation, path: looked.append(path) if operation == "list" else None)
    found = list(scan(disk, RULES))
    assert [one.path for one in found if isinstance(one, FileFact)] == ["4.jpg"]
    assert {one.path for one in found if isinstance(one, Skipped)} == {"@eaDir", ".stversions", "x/.artframe-trash"}
    assert looked == ["", "x"]


def test_links_pipes_and_what_immich_does_not_take_are_skipped(tmp_path: Path) -> None:
    put(tmp_path, "photos/1.jpg", "photos/notes.txt")
    (tmp_path / "outside.jpg").write_bytes(b"outside")
    root = tmp_path / "photos"
    (root / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop").symlink_to(".")
    (root / "dead.jpg").symlink_to("nowhere")
    os.mkfifo(root / "pipe.jpg")
    assert files(root) == ["1.jpg"]
    assert others(root) == {
        "link.jpg": f"!{LINK}",
        "folder": f"!{LINK}",
        "loop": f"!{LINK}",
        "dead.jpg": f"!{LINK}",
        "pipe.jpg": f"!{SPECIAL}",
        "notes.txt": "Immich does not take .txt files",
    }


def test_a_conflict_copy_is_left_alone_and_told(tmp_path: Path) -> None:
    put(tmp_path, "1.sync-conflict-20260101-120000-ABCDEFG.jpg")
    assert others(tmp_path) == {"1.sync-conflict-20260101-120000-ABCDEFG.jpg": f"!{CONFLICT_COPY}"}


@pytest.mark.parametrize(
    ("one", "two"),
    [("caf\u00e9.jpg", "cafe\u0301.jpg"), ("\u00c4.jpg", "A\u0308.jpg")],
)
def test_names_of_the_same_letters_are_not_touched(tmp_path: Path, one: str, two: str) -> None:
    put(tmp_path, one, two, "other.jpg", f"elsewhere/{one}")
    if len(list(tmp_path.iterdir())) != 4:
        pytest.skip("this file system takes both names for one")
    assert files(tmp_path) == ["other.jpg", f"elsewhere/{one}"]
    assert others(tmp_path) == {one: f"!{TWIN}", two: f"!{TWIN}"}


@pytest.mark.parametrize(("one", "two"), [("IMG.jpg", "img.JPG"), ("\u00c4.jpg", "a\u0308.jpg")])
def test_names_that_differ_in_case_are_two_files(tmp_path: Path, one: str, two: str) -> None:
    put(tmp_path, one, two)
    if len(list(tmp_path.iterdir())) != 2:
        pytest.skip("this file system takes both names for one")
    assert files(tmp_path) == sorted([one, two])


def test_a_file_that_is_not_synced_is_nobodys_twin(tmp_path: Path) -> None:
    put(tmp_path, "caf\u00e9.jpg")
    rules = Rules(["cafe\u0301.jpg"], MediaTypes(images=frozenset({".jpg"}), videos=frozenset(), sidecars=frozenset()))
    put(tmp_path, "cafe\u0301.jpg")
    assert files(tmp_path, rules=rules) == ["caf\u00e9.jpg"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ELOOP, errno.ENAMETOOLONG])
def test_a_file_that_cannot_be_looked_at_is_unknown_and_the_others_are_told(tmp_path: Path, number: int) -> None:
    put(tmp_path, "a/1.jpg", "a/2.jpg", "b/3.jpg")
    disk = failing(tmp_path, "status", "a/1.jpg", number)
    assert [one.path for one in scan(disk, RULES) if isinstance(one, FileFact)] == ["a/2.jpg", "b/3.jpg"]
    assert others(tmp_path, disk) == {"a/1.jpg": f"!it cannot be read: {os.strerror(number)}"}


@pytest.mark.parametrize("moment", ["list", "list done"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_folder_that_cannot_be_listed_is_unknown_as_a_whole(tmp_path: Path, moment: str, number: int) -> None:
    put(tmp_path, "a/1.jpg", "a/b/2.jpg", "c/3.jpg")
    disk = failing(tmp_path, moment, "a", number)
    assert [one.path for one in scan(disk, RULES) if isinstance(one, FileFact)] == ["c/3.jpg"]
    assert others(tmp_path, disk) == {"a": f"!it cannot be read: {os.strerror(number)}"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_unknown(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg")
    (tmp_path / "a").chmod(0)
    assert others(tmp_path) == {"a": "!it cannot be read: Permission denied"}
    (tmp_path / "a").chmod(0o700)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_root_that_cannot_be_listed_ends_the_scan_with_the_error(tmp_path: Path, number: int) -> None:
    put(tmp_path, "1.jpg")
    with pytest.raises(OSError, match=os.strerror(number)):
        list(scan(failing(tmp_path, "list", "", number), RULES))


def test_a_root_that_vanishes_in_the_middle_ends_the_scan_with_an_error(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    put(root, "a/1.jpg", "b/2.jpg", "c/3.jpg")

    def unmount(operation: str, path: str) -> None:
        if (operation, path) == ("list done", "a"):
            root.rename(tmp_path / "unmounted")
            root.mkdir()

    found = []
    with pytest.raises(OSError, match="another folder") as caught:
        found += list(scan(Disk(root, probe=unmount), RULES))
    assert caught.value.errno == errno.ESTALE


def test_what_vanishes_while_the_folder_is_read_is_unknown(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "a/2.jpg", "b/3.jpg")

    def vanish(operation: str, path: str) -> None:
        if (operation, path) == ("list done", "a"):
            (tmp_path / "a/1.jpg").unlink()
            (tmp_path / "b/3.jpg").unlink()
            (tmp_path / "b").rmdir()

    vanished = "!it vanished while the folder was read"
    assert others(tmp_path, Disk(tmp_path, probe=vanish)) == {"a/1.jpg": vanished, "b": vanished}


def test_a_link_that_takes_a_folders_place_is_not_walked(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    put(tmp_path, "outside/secret.jpg", "photos/a/1.jpg")

    def swap(operation: str, path: str) -> None:
        if (operation, path) == ("list done", ""):
            (root / "a").rename(tmp_path / "away")
            (root / "a").symlink_to(tmp_path / "outside")

    found = list(scan(Disk(root, probe=swap), RULES))
    assert found == [Skipped(path="a", reason=LINK, untouched=True)]


def test_a_link_that_takes_a_files_place_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "1.jpg")
    (tmp_path / "big.bin").write_bytes(b"x" * 1000)

    def swap(operation: str, path: str) -> None:
        if operation == "list done":
            (tmp_path / "1.jpg").unlink()
            (tmp_path / "1.jpg").symlink_to("big.bin")

    assert others(tmp_path, Disk(tmp_path, probe=swap))["1.jpg"].startswith("!it cannot be read")


def test_another_disk_below_is_unknown_and_not_walked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path("/dev").stat().st_dev:
        pytest.skip("no other file system below /dev here")
    (unknown,) = scan(Disk(Path("/dev")), RULES, ["shm"])
    assert unknown == Unknown(path="shm", reason="another disk is mounted there, which is not part of this folder")


def test_only_the_folders_asked_for_are_scanned(tmp_path: Path) -> None:
    put(tmp_path, "0.jpg", "a/1.jpg", "a/x/2.jpg", "ab/3.jpg", "b/4.jpg")
    assert files(tmp_path, ["a"]) == ["a/1.jpg", "a/x/2.jpg"]
    assert files(tmp_path, ["a"], deep=False) == ["a/1.jpg"]
    assert files(tmp_path, [""], deep=False) == ["0.jpg"]
    assert files(tmp_path, ["b", "a/x", "a", "b"]) == ["a/1.jpg", "a/x/2.jpg", "b/4.jpg"]
    assert files(tmp_path, ["a", "a/x"], deep=False) == ["a/1.jpg", "a/x/2.jpg"]
    assert files(tmp_path, ["b", ""]) == files(tmp_path)
    assert files(tmp_path, []) == []


def test_a_folder_asked_for_that_is_gone_yields_nothing_so_its_files_are_missing(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "was a folder")
    assert list(scan(Disk(tmp_path), RULES, ["gone", "a/gone/deeper", "was a folder"])) == []


def test_a_folder_asked_for_that_is_not_synced_says_so(tmp_path: Path) -> None:
    put(tmp_path, ".hidden/x/1.jpg")
    assert [type(one) for one in scan(Disk(tmp_path), RULES, [".hidden/x"])] == [Skipped]


def test_a_scan_reads_a_folder_only_when_its_turn_comes(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "b/2.jpg")
    listed: list[str] = []
    found = scan(Disk(tmp_path, probe=lambda what, path: listed.append(path) if what == "list" else None), RULES)
    next(iter(found))
    assert listed == ["", "a"]


NAMES = st.binary(min_size=1, max_size=60).map(
    lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_").lstrip(b".~") or b"x"
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(names=st.sets(st.one_of(NAMES, st.just(b"n" * 251), st.just('\U0001f469\u200d\U0001f4f7 \n\t"%\\'.encode()))))
def test_files_of_any_name_are_found_moved_and_brought_back(names: set[bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            Path(place, os.fsdecode(name + b".jpg")).write_bytes(name)
        disk = Disk(Path(place))
        found = list(scan(disk, RULES))
        assert {os.fsencode(one.path) for one in found} == {name + b".jpg" for name in names}
        for one in found:
            if isinstance(one, FileFact):
                move_there_and_back(disk, one)


def move_there_and_back(disk: Disk, fact: FileFact) -> None:
    disk.move(fact.path, f".artframe-trash/x/{fact.path}", expected=fact)
    disk.move(f".artframe-trash/x/{fact.path}", fact.path, expected=fact)
    with disk.open(fact.path) as file:
        assert file.read() + b".jpg" == os.fsencode(fact.path)
