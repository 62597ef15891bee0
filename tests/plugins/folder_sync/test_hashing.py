"""Each file is hashed as it was seen, or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.errors import Cancelled
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.hashing import BLOCK, CHANGED, hash_file, hash_files
from artframe_folder_sync.records import FileFact, Hashed, Unstable

Answers = dict[str, str]


def answers(disk: Disk, facts: list[FileFact], threads: int = 2) -> Answers:
    """SHA-1 or reason, by path."""
    found = list(hash_files(disk, facts, threads=threads, stopped=lambda: False))
    assert len(found) == len(facts)
    return {one.fact.path if isinstance(one, Hashed) else one.path: said(one) for one in found}


def said(one: Hashed | Unstable) -> str:
    return one.sha1 if isinstance(one, Hashed) else one.reason


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


def put(disk: Disk, path: str, content: bytes) -> FileFact:
    (disk.root / path).parent.mkdir(parents=True, exist_ok=True)
    (disk.root / path).write_bytes(content)
    return disk.status(path)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_files_of_all_sizes_in_many_folders_get_their_sha1(tmp_path: Path, threads: int) -> None:
    disk = Disk(tmp_path)
    sizes = [0, 1, 4096, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK]
    contents = {f"{number % 7}/{number}.jpg": os.urandom(sizes[number % len(sizes)] // 8) for number in range(300)}
    contents |= {f"big/{size}.jpg": os.urandom(size) for size in sizes}
    facts = [put(disk, path, content) for path, content in contents.items()]
    assert answers(disk, facts, threads) == {path: sha1(content) for path, content in contents.items()}


def test_the_fact_of_a_hashed_file_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    fact = put(Disk(tmp_path), "1.jpg", b"one")
    (found,) = hash_files(Disk(tmp_path), [fact], threads=1, stopped=lambda: False)
    assert found == Hashed(fact=fact, sha1=sha1(b"one"))


def test_a_file_that_changed_after_the_scan_is_not_hashed(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    facts = [put(disk, f"{number}.jpg", b"one") for number in range(3)]
    put(disk, "1.jpg", b"edited")
    (tmp_path / "2.jpg").unlink()
    found = answers(disk, facts)
    assert found == {
        "0.jpg": sha1(b"one"),
        "1.jpg": "it changed after it was seen",
        "2.jpg": "it vanished before it was read",
    }


@pytest.mark.parametrize("change", ["grows", "shrinks", "is edited in place", "is replaced"])
def test_a_file_that_changes_while_it_is_read_has_no_hash(tmp_path: Path, change: str) -> None:
    file = tmp_path / "1.jpg"
    fact = put(Disk(tmp_path), "1.jpg", b"x" * (2 * BLOCK))
    changed: list[bool] = []

    def meddle(operation: str, path: str) -> None:
        if operation != "read" or changed:
            return
        changed.append(True)
        match change:
            case "grows":
                with file.open("ab") as end:
                    end.write(b"more")
            case "shrinks":
                os.truncate(file, BLOCK)
            case "is edited in place":
                with file.open("r+b") as start:
                    start.write(b"y")
                os.utime(file, ns=(fact.mtime_ns, fact.mtime_ns))
            case _:
                (tmp_path / "new").write_bytes(b"y" * (2 * BLOCK))
                (tmp_path / "new").replace(file)

    assert answers(Disk(tmp_path, probe=meddle), [fact]) == {"1.jpg": CHANGED}


@pytest.mark.parametrize("moment", ["open", "open done", "read"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ELOOP])
def test_a_file_that_cannot_be_read_stops_no_other(tmp_path: Path, moment: str, number: int) -> None:
    def fail(operation: str, path: str) -> None:
        if (operation, path) == (moment, "a/1.jpg"):
            raise OSError(number, os.strerror(number), path)

    disk = Disk(tmp_path, probe=fail)
    facts = [put(disk, f"a/{one}.jpg", b"one") for one in range(3)]
    assert answers(disk, facts) == {
        "a/0.jpg": sha1(b"one"),
        "a/1.jpg": f"it cannot be read: {os.strerror(number)}",
        "a/2.jpg": sha1(b"one"),
    }


def test_a_folder_that_is_gone_makes_all_its_files_unstable(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    facts = [put(disk, path, b"one") for path in ("a/1.jpg", "a/2.jpg", "b/3.jpg")]
    (tmp_path / "a").rename(tmp_path / "c")
    vanished = "it vanished before it was read"
    assert answers(disk, facts) == {"a/1.jpg": vanished, "a/2.jpg": vanished, "b/3.jpg": sha1(b"one")}


def test_a_link_in_a_files_place_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.jpg").write_bytes(b"one")
    disk = Disk(tmp_path / "photos")
    fact = put(disk, "1.jpg", b"one")
    (tmp_path / "photos/1.jpg").unlink()
    (tmp_path / "photos/1.jpg").symlink_to(tmp_path / "outside.jpg")
    assert "cannot be read" in answers(disk, [fact])["1.jpg"]


def test_stopping_ends_with_cancelled_in_the_middle_of_a_file(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    facts = [put(disk, "1.jpg", b"x" * (4 * BLOCK)), put(disk, "2.jpg", b"two")]
    blocks: list[str] = []
    watched = Disk(tmp_path, probe=lambda operation, path: blocks.append(path) if operation == "read" else None)
    with pytest.raises(Cancelled):
        list(hash_files(watched, facts, threads=1, stopped=lambda: bool(blocks)))
    assert blocks == ["1.jpg"]


def test_facts_are_taken_only_as_fast_as_they_are_hashed(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    fact = put(disk, "1.jpg", b"one")
    taken = 0

    def endless() -> Iterator[FileFact]:
        nonlocal taken
        while True:
            taken += 1
            yield fact

    found = hash_files(disk, endless(), threads=2, stopped=lambda: False)
    for _ in range(1000):
        next(found)
    assert taken < 2000
    found.close()  # type: ignore[attr-defined]


def test_one_file_alone_is_hashed_as_it_is_now(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    put(disk, "a/1.jpg", b"one")
    assert hash_file(disk, "a/1.jpg") == Hashed(fact=disk.status("a/1.jpg"), sha1=sha1(b"one"))
    assert hash_file(disk, "a/2.jpg") == Unstable(path="a/2.jpg", reason="it vanished before it was read")
    assert isinstance(hash_file(disk, "a"), Unstable)
