"""Changes in a folder are heard, wherever they are, until they come to rest; and what cannot be heard is said."""

from __future__ import annotations

import errno
import logging
import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe_folder_sync.files import watching
from artframe_folder_sync.files.mounts import file_system_of, tells_of_all_changes, watches_of
from artframe_folder_sync.files.unrest import MOST_FOLDERS, PATIENCE, Changes, Unrest
from artframe_folder_sync.files.watching import FolderWatch
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted
from tests.plugins.folder_sync.mounting import memory_over

PATIENT = 60.0


class Ear:
    """What a watch tells."""

    def __init__(self, root: Path, **options: Any) -> None:
        self.heard: queue.Queue[str] = queue.Queue()
        self.lost: queue.Queue[bool] = queue.Queue()
        self.watch = FolderWatch(root, self.heard.put, lambda: self.lost.put(True), **options)

    def hears(self, folder: str) -> None:
        """Until a change in this folder is told."""
        while self.heard.get(timeout=PATIENT) != folder:
            pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "Summer" / "Beach").mkdir(parents=True)
    return root


@pytest.fixture
def listen(root: Path) -> Iterator[Callable[..., Ear]]:
    ears: list[Ear] = []

    def make(**options: Any) -> Ear:
        ear = Ear(root, **options)
        ear.watch.start()
        ears.append(ear)
        return ear

    yield make
    for ear in ears:
        ear.watch.stop()


def test_a_new_a_changed_and_a_deleted_file_are_heard_with_their_folder(root: Path, listen: Callable[..., Ear]) -> None:
    ear = listen()
    assert ear.watch.trouble == ""
    file = root / "Summer" / "Beach" / "a.jpg"
    file.write_bytes(b"1")
    ear.hears("Summer/Beach")
    (root / "b.jpg").write_bytes(b"1")
    ear.hears("")
    file.unlink()
    ear.hears("Summer/Beach")


def test_a_move_is_heard_at_both_ends_and_a_moved_folder_with_what_is_in_it(
    root: Path, listen: Callable[..., Ear]
) -> None:
    (root / "Summer" / "Beach" / "a.jpg").write_bytes(b"1")
    ear = listen()
    (root / "Summer" / "Beach").rename(root / "Coast")
    heard: set[str] = set()
    while not {"Summer", "", "Coast", "Summer/Beach"} <= heard:
        heard.add(ear.heard.get(timeout=PATIENT))
    (root / "Coast" / "b.jpg").write_bytes(b"1")
    ear.hears("Coast")


def test_a_folder_that_comes_from_elsewhere_is_watched_at_once(
    root: Path, tmp_path: Path, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    (tmp_path / "card" / "DCIM").mkdir(parents=True)
    (tmp_path / "card").rename(root / "card")
    ear.hears("card")
    (root / "card" / "DCIM" / "a.jpg").write_bytes(b"1")
    ear.hears("card/DCIM")


def test_links_are_not_followed(root: Path, tmp_path: Path, listen: Callable[..., Ear]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "link").symlink_to(outside, target_is_directory=True)
    ear = listen()
    (outside / "a.jpg").write_bytes(b"1")
    (root / "b.jpg").write_bytes(b"1")
    ear.hears("")
    assert "link" not in set(ear.heard.queue)
    assert ear.watch.audit(), "a link counts as no folder of ours"


def test_what_matters_to_nobody_is_not_told(root: Path, listen: Callable[..., Ear]) -> None:
    ear = listen(ignored=lambda path, is_folder: path.startswith("Summer"))
    (root / "Summer" / "a.jpg").write_bytes(b"1")
    (root / "b.jpg").write_bytes(b"1")
    ear.hears("")
    assert "Summer" not in set(ear.heard.queue)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_a_system_that_has_no_events_left_is_named(root: Path, listen: Callable[..., Ear], code: int) -> None:
    def unavailable() -> Any:
        raise OSError(code, "inotify limit reached")

    ear = listen(observer=unavailable)
    assert "inotify limit reached" in ear.watch.trouble
    assert not ear.watch.audit()


def test_a_folder_that_is_away_is_watched_once_it_is_back(
    root: Path, tmp_path: Path, listen: Callable[..., Ear]
) -> None:
    root.rename(tmp_path / "away")
    ear = listen()
    assert "is not there" in ear.watch.trouble
    assert ear.watch.is_away
    (tmp_path / "away").rename(root)
    assert ear.watch.audit()
    assert not ear.watch.is_away
    assert ear.watch.trouble == ""
    (root / "Summer" / "a.jpg").write_bytes(b"1")
    ear.hears("Summer")


def test_another_folder_at_the_same_place_is_watched_instead(
    root: Path, tmp_path: Path, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    root.rename(tmp_path / "old")
    root.mkdir()
    assert ear.watch.audit()
    assert ear.lost.get(timeout=PATIENT), "nobody knows what is different there"
    (root / "a.jpg").write_bytes(b"1")
    ear.hears("")


def test_a_disk_that_was_unplugged_is_watched_again_once_it_is_back(root: Path, listen: Callable[..., Ear]) -> None:
    with memory_over(root) as disk:
        (root / "Winter").mkdir()
        ear = listen()
        ear.watch.glance(closely=True)
        assert ear.lost.empty(), "all is well"
        disk.leave()
        ear.watch.glance(closely=True)
        assert ear.lost.get(timeout=PATIENT)
        with memory_over(root):
            ear.watch.glance(closely=True)
            assert ear.lost.get(timeout=PATIENT), "nobody knows what was changed meanwhile"
            (root / "a.jpg").write_bytes(b"1")
            ear.hears("")


def test_a_watch_without_watches_begins_anew(
    root: Path, listen: Callable[..., Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = listen()
    monkeypatch.setattr(watching, "watches_of", lambda: dict.fromkeys(watches_of(), 0))
    ear.watch.glance(closely=True)
    monkeypatch.undo()
    assert ear.lost.get(timeout=PATIENT)
    (root / "Summer" / "a.jpg").write_bytes(b"1")
    ear.hears("Summer")


def test_what_a_dead_watch_missed_is_found_within_a_minute(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna)
    watch = hosted.keeper().watch
    assert watch is not None and watch._observer is not None
    watch._observer.stop()
    watch._observer.join()
    hosted.put(anna, "a.jpg", photo(1))
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg"], "the file to go up", step=20)
    assert len(hosted.runs("folder")) == 1


def test_folders_that_the_system_does_not_watch_are_counted(
    root: Path, listen: Callable[..., Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = listen()
    assert max(watches_of().values()) >= 3
    monkeypatch.setattr(watching, "watches_of", lambda: dict.fromkeys(watches_of(), 1))
    assert not ear.watch.audit()
    assert "only 1 of the 3 folders" in ear.watch.trouble
    monkeypatch.undo()
    assert ear.watch.audit(), "there is room again"
    (root / "Summer" / "a.jpg").write_bytes(b"1")
    ear.hears("Summer")


def test_lost_events_are_noticed_whatever_is_logged(listen: Callable[..., Ear]) -> None:
    logger = logging.getLogger("watchdog")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        ear = listen()
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; events were lost")
        assert ear.lost.get(timeout=PATIENT)
    finally:
        logger.setLevel(level)


def test_a_stopped_watch_leaves_no_handle_and_no_listener(root: Path) -> None:
    before, handlers = set(watches_of()), list(logging.getLogger("watchdog").handlers)
    ear = Ear(root)
    ear.watch.start()
    ear.watch.stop()
    ear.watch.stop()
    assert set(watches_of()) == before
    assert logging.getLogger("watchdog").handlers == handlers


def test_a_share_is_told_from_a_disk_of_our_own(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "nas:/photos /mnt nfs4 rw 0 0\n"
        "/dev/sdb1 /mnt/usb\\040stick vfat rw 0 0\n"
        "me@host:/ /mnt/host fuse.sshfs rw 0 0\n"
        "half a line\n"
    )
    found = {folder: file_system_of(Path(folder), mounts) for folder in ("/srv", "/mnt/a", "/mnt/usb stick/b")}
    assert found == {"/srv": "ext4", "/mnt/a": "nfs4", "/mnt/usb stick/b": "vfat"}
    assert not tells_of_all_changes("nfs4")
    assert not tells_of_all_changes(file_system_of(Path("/mnt/host/x"), mounts))
    assert tells_of_all_changes("ext4")
    assert file_system_of(tmp_path, tmp_path / "nothing") == ""


def test_a_burst_is_one_quick_run(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna, settle_seconds=10)
    for number in range(20):
        hosted.put(anna, f"Card/{number % 3}/{number}.jpg", photo(number))
    # What comes last is heard last.
    hosted.put(anna, "Last/20.jpg", photo(20))
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: "Last" in keeper.unrest.waiting, "the burst to be noticed")
    hosted.clock.advance(11)
    assert hosted.wait_for_runs("changes", 1).counts["photos_up"] == 21


# -- coming to rest ------------------------------------------------------------------------------------------------


def test_a_folder_rests_when_nothing_came_for_the_settle_time() -> None:
    unrest = Unrest(10)
    unrest.note("a", 0)
    unrest.note("a", 8)
    assert unrest.due_at() == 18
    assert not unrest.take(17)
    assert unrest.take(18) == Changes(folders=frozenset({"a"}))
    assert unrest.due_at() is None


def test_a_folder_that_never_rests_is_looked_at_all_the_same() -> None:
    unrest = Unrest(10)
    for now in range(0, int(10 * PATIENCE) + 1, 5):
        unrest.note("busy", now)
    unrest.note("calm", 45)
    assert unrest.take(10 * PATIENCE).folders == {"busy", "calm"}


def test_too_many_folders_are_everything_and_so_is_what_was_lost() -> None:
    unrest = Unrest(10)
    for number in range(MOST_FOLDERS + 1):
        unrest.note(str(number), 0)
    assert unrest.take(10) == Changes(folders=frozenset(), everything=True)
    unrest.note("a", 20)
    unrest.lose(25)
    assert not unrest.take(30)
    assert unrest.take(35).everything


def test_a_look_at_everything_settles_what_changed_before_and_nothing_that_changed_since() -> None:
    unrest = Unrest(10)
    unrest.note("before", 1)
    unrest.note("during", 1)
    unrest.note("during", 6)
    unrest.forget(5)
    assert unrest.waiting == {"during"}
    unrest.lose(7)
    unrest.forget(6)
    assert unrest.take(100).everything
    unrest.lose(200)
    unrest.forget(200)
    assert unrest.due_at() is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100)), min_size=1))
def test_nothing_that_was_noted_is_ever_forgotten(notes: list[tuple[str, float]]) -> None:
    unrest = Unrest(10)
    taken: set[str] = set()
    for folder, now in sorted(notes, key=lambda note: note[1]):
        unrest.note(folder, now)
        changes = unrest.take(now)
        if len(changes.folders) > 1:
            unrest.give_back(changes, now)
        else:
            taken |= changes.folders
    taken |= unrest.take(1000).folders
    assert taken == {folder for folder, _ in notes}
