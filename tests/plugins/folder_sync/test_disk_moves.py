"""Whatever is moved or received, no content is ever lost to another one, in each of the ways to rename."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artframe_folder_sync.files import renaming
from artframe_folder_sync.files.disk import Disk


@pytest.fixture(params=["at once", "by a link", "by a look"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """How this kernel and file system can rename without replacing."""
    use(request.param, monkeypatch)
    yield request.param


def use(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    if way != "at once":
        monkeypatch.setattr(renaming, "RENAMEAT2", None)
    if way == "by a look":
        monkeypatch.setattr(os, "link", refuse)


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("taken_by", ["file", "folder", "link"])
def test_move_never_takes_a_name_that_is_taken(tmp_path: Path, way: str, taken_by: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.jpg").write_bytes(b"one")
    match taken_by:
        case "file":
            (tmp_path / "2.jpg").write_bytes(b"two")
        case "folder":
            (tmp_path / "2.jpg").mkdir()
        case _:
            (tmp_path / "2.jpg").symlink_to("nowhere")
    with pytest.raises(FileExistsError) as caught:
        Disk(tmp_path).move("a/1.jpg", "2.jpg")
    assert (caught.value.filename, caught.value.filename2) == ("a/1.jpg", "2.jpg")
    assert (tmp_path / "a/1.jpg").read_bytes() == b"one"
    if taken_by == "file":
        assert (tmp_path / "2.jpg").read_bytes() == b"two"


def test_move_renames(tmp_path: Path, way: str) -> None:
    (tmp_path / "1.jpg").write_bytes(b"one")
    Disk(tmp_path).move("1.jpg", "b/2.jpg")
    assert tree(tmp_path) == {"b/2.jpg": b"one"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM])
def test_a_file_system_that_cannot_rename_so_gets_a_link_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def unsupported(*_: object) -> int:
        renaming.ctypes.set_errno(number)
        return -1

    monkeypatch.setattr(renaming, "RENAMEAT2", unsupported)
    test_move_renames(tmp_path, "by a link")


def test_a_failing_rename_says_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> int:
        renaming.ctypes.set_errno(errno.EIO)
        return -1

    (tmp_path / "1.jpg").write_bytes(b"one")
    monkeypatch.setattr(renaming, "RENAMEAT2", failing)
    with pytest.raises(OSError, match=r"1\.jpg") as caught:
        Disk(tmp_path).move("1.jpg", "2.jpg")
    assert caught.value.errno == errno.EIO
    assert tree(tmp_path) == {"1.jpg": b"one"}


PLACES = st.sampled_from(
    ["1.jpg", "2.jpg", "a/1.jpg", "a/2.jpg", "a/b/1.jpg", "1.jpg/x.jpg", ".artframe-trash/d/1.jpg"]
)
STEPS = st.lists(st.tuples(st.sampled_from(["move", "receive"]), PLACES, PLACES), max_size=12)


@pytest.mark.parametrize("kind", ["at once", "by a link", "by a look"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_of_moves_and_arrivals_loses_a_content(
    monkeypatch: pytest.MonkeyPatch, kind: str, steps: list[tuple[str, str, str]]
) -> None:
    with monkeypatch.context() as patch, tempfile.TemporaryDirectory() as place:
        use(kind, patch)
        root = Path(place)
        disk = Disk(root)
        expected: dict[str, bytes] = {}
        for number, (operation, source, target) in enumerate(steps):
            try:
                if operation == "move":
                    disk.move(source, target)
                    expected[target] = expected.pop(source)
                else:
                    with disk.receive() as incoming:
                        incoming.write(b"%d" % number)
                        incoming.finish(target, number)
                    expected[target] = b"%d" % number
            except OSError:
                # The name is taken, the source is not there, a file is where a folder would have to be: nothing moved.
                pass
            assert tree(root) == expected


def test_a_received_file_has_its_time_and_content_and_is_told_as_it_lies_there(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with disk.receive() as incoming:
        incoming.write(b"on")
        incoming.write(b"e")
        assert (incoming.size, incoming.sha1) == (3, "fe05bcdcdc4928012781a5f1a2a77cbb5398e106")
        assert not (tmp_path / "2024").exists(), "nothing is seen of it before it is whole"
        fact = incoming.finish("2024/1.jpg", 1_700_000_000_123_456_789)
    assert fact == disk.status("2024/1.jpg")
    assert fact.mtime_ns == 1_700_000_000_123_456_789
    assert tree(tmp_path) == {"2024/1.jpg": b"one"}


def test_a_received_file_whose_name_is_taken_may_get_another_one(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"mine")
    with Disk(tmp_path).receive() as incoming:
        incoming.write(b"theirs")
        with pytest.raises(FileExistsError):
            incoming.finish("1.jpg", 0)
        incoming.finish("1~abc.jpg", 0)
    assert tree(tmp_path) == {"1.jpg": b"mine", "1~abc.jpg": b"theirs"}


def test_a_file_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with pytest.raises(ZeroDivisionError), disk.receive() as incoming:
        incoming.write(b"half")
        raise ZeroDivisionError
    incoming.discard()
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("moment", ["write", "finish", "move"])
def test_a_full_disk_while_receiving_leaves_neither_a_file_nor_a_rest(tmp_path: Path, moment: str) -> None:
    def full(operation: str, path: str) -> None:
        if operation == moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    with pytest.raises(OSError, match="space") as caught, Disk(tmp_path, probe=full).receive() as incoming:
        incoming.write(b"one")
        incoming.finish("1.jpg", 0)
    assert caught.value.errno == errno.ENOSPC
    assert tree(tmp_path) == {}


def test_a_drive_that_lets_nobody_set_the_time_keeps_the_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    disk = Disk(tmp_path)
    monkeypatch.setattr(os, "utime", forbidden)
    with disk.receive() as incoming:
        incoming.write(b"one")
        fact = incoming.finish("1.jpg", 12)
    assert fact == disk.status("1.jpg")
    assert fact.mtime_ns != 12


def test_tidying_removes_the_rests_of_a_killed_run_and_nothing_of_anybody_else(tmp_path: Path) -> None:
    killed = os.fork()
    if not killed:
        Disk(tmp_path).receive().write(b"half")
        os._exit(0)
    os.waitpid(killed, 0)
    temporary = tmp_path / ".artframe-tmp"
    assert len(list(temporary.iterdir())) == 1
    (temporary / "photo of somebody.jpg").write_bytes(b"keep")
    disk = Disk(tmp_path)
    disk.tidy()
    assert tree(tmp_path) == {".artframe-tmp/photo of somebody.jpg": b"keep"}
    (temporary / "photo of somebody.jpg").unlink()
    disk.tidy()
    disk.tidy()
    assert not temporary.exists()


def test_tidying_does_not_go_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / ("0" * 16 + ".part")).write_bytes(b"keep")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / ".artframe-tmp").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="link"):
        Disk(tmp_path / "photos").tidy()
    assert len(list((tmp_path / "outside").iterdir())) == 1
