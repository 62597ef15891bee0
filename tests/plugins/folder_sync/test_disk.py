"""The folder is touched without ever following a link, replacing a file, or taking a vanished mount for a deletion."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from artframe_folder_sync.files import disk as disk_module
from artframe_folder_sync.files.disk import Disk, FileChanged


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "1.jpg").write_bytes(b"one")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jpg").write_bytes(b"secret")
    return folder


@pytest.fixture
def disk(root: Path) -> Disk:
    return Disk(root)


def code(call: Callable[[], object]) -> int | None:
    """The error number that a call ends with."""
    with pytest.raises(OSError) as caught:
        call()
    return caught.value.errno


def test_status_tells_size_times_and_number_of_a_file(disk: Disk, root: Path) -> None:
    seen = (root / "a/b/1.jpg").stat()
    fact = disk.status("a/b/1.jpg")
    assert (fact.path, fact.size, fact.mtime_ns) == ("a/b/1.jpg", 3, seen.st_mtime_ns)
    assert (fact.ctime_ns, fact.inode, fact.device) == (seen.st_ctime_ns, seen.st_ino, seen.st_dev)


@pytest.mark.parametrize("path", ["a/b/2.jpg", "a/c/1.jpg", "x/y/z.jpg", "a/b/1.jpg/below.jpg"])
def test_only_what_is_really_absent_is_not_found(disk: Disk, path: str) -> None:
    with pytest.raises(FileNotFoundError):
        disk.status(path)
    assert disk.kind(path) is None


def test_a_folder_a_pipe_and_a_socket_are_no_files(disk: Disk, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "pipe.jpg")
    monkeypatch.chdir(root)  # a socket's own name must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.jpg")
    for call in (disk.status, disk.open):
        with pytest.raises(IsADirectoryError):
            call("a")
        assert code(lambda call=call: call("pipe.jpg")) == errno.EINVAL  # type: ignore[misc]
        assert code(lambda call=call: call("socket.jpg")) in (errno.EINVAL, errno.ENXIO)  # type: ignore[misc]
    assert (disk.kind("a"), disk.kind("pipe.jpg"), disk.kind("a/b/1.jpg")) == ("folder", "other", "file")


@pytest.mark.parametrize(
    "path", ["file.jpg", "folder", "folder/secret.jpg", "folder/none.jpg", "loop/a/b/1.jpg", "dead.jpg"]
)
def test_a_link_is_never_followed_and_never_counts_as_absent(disk: Disk, root: Path, tmp_path: Path, path: str) -> None:
    (root / "file.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to("..")
    (root / "dead.jpg").symlink_to("nowhere")
    assert code(lambda: disk.status(path)) == errno.ELOOP
    assert code(lambda: disk.open(path)) == errno.ELOOP
    assert code(lambda: disk.move(path, "moved.jpg")) == errno.ELOOP
    assert code(lambda: disk.move("a/b/1.jpg", f"{path}/new.jpg")) == errno.ELOOP
    assert (tmp_path / "outside" / "secret.jpg").read_bytes() == b"secret"
    assert (root / "a/b/1.jpg").exists()


def test_a_link_that_takes_a_files_place_before_it_is_opened_is_not_followed(root: Path, tmp_path: Path) -> None:
    def swap(operation: str, path: str) -> None:
        if operation == "open":
            (root / path).unlink()
            (root / path).symlink_to(tmp_path / "outside" / "secret.jpg")

    assert code(lambda: Disk(root, probe=swap).open("a/b/1.jpg")) == errno.ELOOP


def test_an_opened_folder_stays_itself_when_a_link_takes_its_place(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside" / "1.jpg").write_bytes(b"stranger")

    def swap(operation: str, path: str) -> None:
        if operation == "open":
            (root / "a").rename(root / "was a")
            (root / "a").symlink_to(tmp_path / "outside")

    with Disk(root, probe=swap).open("a/b/1.jpg") as file:
        assert file.read() == b"one"


def test_a_file_on_another_disk_below_is_unknown_not_absent() -> None:
    if not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path("/dev").stat().st_dev:
        pytest.skip("no other file system below /dev here")
    dev = Disk(Path("/dev"))
    assert code(lambda: dev.status("shm/nothing.jpg")) == errno.EXDEV


def test_another_root_in_the_place_of_the_first_is_stale_until_pinned_anew(disk: Disk, root: Path) -> None:
    before = disk.pin()
    root.rename(root.with_name("unmounted"))
    root.mkdir()
    for call in (disk.status, disk.open, disk.kind, disk.folder):
        assert code(lambda call=call: call("a/b/1.jpg")) == errno.ESTALE  # type: ignore[misc]
    assert code(lambda: disk.move("a/b/1.jpg", "2.jpg")) == errno.ESTALE
    assert code(lambda: disk.receive()) == errno.ESTALE
    assert not list(root.iterdir())
    assert disk.identity() != before
    assert disk.pin() == disk.identity()
    assert disk.kind("a/b/1.jpg") is None


def test_a_root_that_is_gone_is_stale(disk: Disk, root: Path) -> None:
    disk.pin()
    root.rename(root.with_name("unmounted"))
    assert code(lambda: disk.status("a/b/1.jpg")) == errno.ESTALE
    with pytest.raises(FileNotFoundError):
        disk.pin()


def test_the_root_itself_may_be_a_link_that_a_person_made(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert Disk(tmp_path / "link").status("a/b/1.jpg").size == 3


def test_identity_is_the_same_by_another_disk_object_and_differs_for_another_folder(root: Path) -> None:
    assert Disk(root).pin() == Disk(root).identity()
    assert Disk(root).identity() != Disk(root / "a").identity()


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x.jpg", "a/../x.jpg", "a//x.jpg", "a/./x.jpg", "a/", "x\0.jpg"]
)
def test_paths_that_leave_the_folder_or_are_unclean_are_refused(disk: Disk, path: str) -> None:
    for call in (disk.status, disk.open, lambda one: disk.move(one, "2.jpg"), lambda one: disk.move("a/b/1.jpg", one)):
        with pytest.raises(ValueError, match="folder"):
            call(path)


def test_move_makes_the_folders_and_keeps_content_and_time(disk: Disk, root: Path) -> None:
    before = disk.status("a/b/1.jpg")
    disk.move("a/b/1.jpg", "new/deep/2.jpg", expected=before)
    after = disk.status("new/deep/2.jpg")
    assert (after.inode, after.size, after.mtime_ns) == (before.inode, before.size, before.mtime_ns)
    assert disk.kind("a/b/1.jpg") is None


def test_move_leaves_a_file_alone_that_is_not_the_expected_one(disk: Disk, root: Path) -> None:
    expected = disk.status("a/b/1.jpg")
    (root / "a/b/1.jpg").write_bytes(b"edited")
    with pytest.raises(FileChanged):
        disk.move("a/b/1.jpg", "2.jpg", expected=expected)
    assert (root / "a/b/1.jpg").read_bytes() == b"edited"
    assert disk.kind("2.jpg") is None


def test_a_file_that_is_exchanged_at_the_last_moment_is_put_back(
    disk: Disk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = disk.status("a/b/1.jpg")
    real = disk_module.rename_new
    exchanged: list[bool] = []

    def late(source_fd: int, source: str, target_fd: int, target: str) -> None:
        if not exchanged:
            exchanged.append(True)
            (root / "new").write_bytes(b"edited")
            (root / "new").replace(root / "a/b/1.jpg")
        real(source_fd, source, target_fd, target)

    monkeypatch.setattr(disk_module, "rename_new", late)
    with pytest.raises(FileChanged):
        disk.move("a/b/1.jpg", "2.jpg", expected=expected)
    assert (root / "a/b/1.jpg").read_bytes() == b"edited"
    assert disk.kind("2.jpg") is None


def test_many_moves_are_put_on_disk_together(disk: Disk, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(
        disk_module, "flush_folder", lambda fd: flushed.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
    )
    for number in range(2, 7):
        (root / f"a/{number}.jpg").write_bytes(b"")
        disk.move(f"a/{number}.jpg", f"a/b/{number}.jpg", durable=False)
    assert not flushed
    disk.sync()
    assert flushed == [str(root / "a"), str(root / "a/b")]
    disk.sync()
    assert len(flushed) == 2


@pytest.mark.parametrize(
    "path", ["a/b/1.jpg", ".artframe-trash", ".artframe-tmp", "a/.artframe-trash/1.jpg", ".artframe-trash2/1.jpg", ""]
)
def test_nothing_outside_the_trash_can_be_deleted(disk: Disk, root: Path, path: str) -> None:
    with pytest.raises(ValueError, match="only what lies in the trash"):
        disk.remove(path)
    assert (root / "a/b/1.jpg").exists()


def test_a_link_in_the_trash_is_removed_itself_and_never_deleted_through(
    disk: Disk, root: Path, tmp_path: Path
) -> None:
    (root / ".artframe-trash").mkdir()
    (root / ".artframe-trash/link").symlink_to(tmp_path / "outside")
    assert code(lambda: disk.remove(".artframe-trash/link/secret.jpg")) == errno.ELOOP
    disk.remove(".artframe-trash/link")
    assert (tmp_path / "outside/secret.jpg").read_bytes() == b"secret"
    assert not list((root / ".artframe-trash").iterdir())


def test_a_folder_of_the_trash_goes_only_when_it_is_empty(disk: Disk, root: Path) -> None:
    disk.move("a/b/1.jpg", ".artframe-trash/2026-05-01/1.jpg")
    assert code(lambda: disk.remove(".artframe-trash/2026-05-01")) == errno.ENOTEMPTY
    disk.remove(".artframe-trash/2026-05-01/1.jpg")
    disk.remove(".artframe-trash/2026-05-01")
    assert disk.kind(".artframe-trash/2026-05-01") is None


def test_free_bytes_are_what_the_system_says(disk: Disk, root: Path) -> None:
    room = os.statvfs(root)
    assert 0 < disk.free_bytes() <= room.f_blocks * room.f_frsize


@pytest.mark.parametrize("number", ["EACCES", "EIO", "ESTALE", "ENOSPC", "ELOOP", "ENAMETOOLONG"])
def test_every_error_of_the_disk_comes_through_as_it_is(root: Path, number: str) -> None:
    def fail(operation: str, path: str) -> None:
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)), path)

    failing = Disk(root, probe=fail)
    calls: tuple[Callable[[], object], ...] = (
        lambda: failing.status("a/b/1.jpg"),
        lambda: failing.open("a/b/1.jpg"),
        lambda: failing.move("a/b/1.jpg", "2.jpg"),
        lambda: failing.folder("a").names(),
        lambda: failing.receive(),
        lambda: failing.remove(".artframe-trash/x"),
    )
    assert {code(call) for call in calls} == {getattr(errno, number)}
    assert (root / "a/b/1.jpg").read_bytes() == b"one"


def test_a_name_that_no_disk_can_hold_is_an_error_not_an_absence(disk: Disk) -> None:
    assert code(lambda: disk.status("a/" + "x" * 256)) == errno.ENAMETOOLONG


def test_a_tree_deeper_than_any_path_may_be_long_is_reached(disk: Disk, root: Path) -> None:
    name = "d" * 250
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    path = "/".join([name] * 20 + ["deep.jpg"])
    assert disk.status(path).size == 0
    disk.move(path, "up.jpg")
    assert disk.status("up.jpg").size == 0


def test_no_file_descriptor_is_left_open(disk: Disk, root: Path) -> None:
    (root / "link").symlink_to("a")

    def everything() -> None:
        disk.status("a/b/1.jpg")
        disk.kind("nothing")
        disk.open("a/b/1.jpg").close()
        for path in ("link/x", "a", "none/x"):
            code(lambda path=path: disk.status(path))  # type: ignore[misc]
        disk.move("a/b/1.jpg", "x/1.jpg")
        disk.move("x/1.jpg", "a/b/1.jpg")
        disk.receive().discard()
        disk.tidy()

    def left_open() -> list[Path]:
        """Of the folder alone: Python may close what other tests forgot at any moment."""
        open_now = (one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return [one for one in open_now if one.is_relative_to(root)]

    before = left_open()
    everything()
    assert left_open() == before
