"""Noticing edits: the real files, the real events of the operating system, and none where there are none."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from artframe.config.watch import ConfigWatch
from artframe.core.clock import SystemClock

if TYPE_CHECKING:
    from tests.config.conftest import Home

WAIT = 60.0


class Reloads:
    """Counts reloads, and lets a test wait until one has brought what it waits for."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._changed = threading.Condition()
        self.count = 0

    def __call__(self) -> None:
        self._home.store.reload()
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, WAIT), "the edit was not noticed"


class NoEvents(BaseObserver):
    """An operating system that has no more watches to give."""

    def __init__(self) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")


@contextmanager
def watching(home: Home, **options: Any) -> Iterator[Reloads]:
    home.store.load()
    reloads = Reloads(home)
    watch = ConfigWatch(
        home.store.layout, reloads, clock=SystemClock(), **{"quiet": 0.03, "poll_beside_events": 600.0, **options}
    )
    watch.start()
    try:
        reloads.wait_for(lambda: reloads.count == 1)
        assert watch.has_events is (options.get("observer") is not NoEvents)
        yield reloads
    finally:
        watch.stop()


def limit(home: Home, instance: str = "family") -> int | None:
    plugin = home.store.config.plugins.get(instance)
    return plugin.settings.model_dump()["max_photos"] if plugin else None


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_temporary_file(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text)
    temporary.replace(path)


def like_vim(path: Path, text: str) -> None:
    backup = path.with_name(f"{path.name}~")
    if path.exists():
        path.rename(backup)
    path.write_text(text)
    backup.unlink(missing_ok=True)


def in_small_pieces(path: Path, text: str) -> None:
    with path.open("w") as file:
        for letter in text:
            file.write(letter)
            file.flush()


WAYS = [in_place, by_temporary_file, like_vim, in_small_pieces]
OBSERVERS = [pytest.param({}, id="events"), pytest.param({"observer": NoEvents, "poll": 0.03}, id="no events")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("options", OBSERVERS)
def test_an_edit_is_noticed_however_the_editor_saves(
    home: Home, way: Callable[[Path, str], None], options: dict[str, Any]
) -> None:
    path = home.put_album(max_photos=1)
    text = path.read_text()
    with watching(home, **options) as reloads:
        way(path, text.replace('"max_photos": 1', '"max_photos": 2'))
        reloads.wait_for(lambda: limit(home) == 2)
        way(path, text.replace('"max_photos": 1', '"max_photos": 3'))
        reloads.wait_for(lambda: limit(home) == 3)
    assert home.store.problems == ()
    assert [change.changed for change in home.changes] == [{"family"}] * 2


@pytest.mark.parametrize("options", OBSERVERS)
def test_new_and_deleted_files_are_noticed(home: Home, options: dict[str, Any]) -> None:
    with watching(home, **options) as reloads:
        path = home.put_album(max_photos=1)
        reloads.wait_for(lambda: limit(home) == 1)
        path.unlink()
        reloads.wait_for(lambda: limit(home) is None)


@pytest.mark.parametrize("options", OBSERVERS)
def test_the_frames_settings_and_the_secrets_are_watched_too(home: Home, options: dict[str, Any]) -> None:
    home.put_album(immich_api_key={"$secret": "nas"})
    with watching(home, **options) as reloads:
        home.put("secrets.json", {"nas": "one"})
        reloads.wait_for(lambda: "family" in home.store.config.plugins)
        home.put("frame.json", {"name": "Hall"})
        reloads.wait_for(lambda: home.store.config.frame.name == "Hall")


def test_an_edit_between_loading_and_watching_is_noticed(home: Home) -> None:
    home.store.load()
    home.put_album(max_photos=7)
    reloads = Reloads(home)
    watch = ConfigWatch(home.store.layout, reloads, clock=SystemClock())
    watch.start()
    try:
        reloads.wait_for(lambda: limit(home) == 7)
    finally:
        watch.stop()


def test_what_editors_leave_behind_causes_no_reload(home: Home) -> None:
    home.put_album(max_photos=1)
    with watching(home) as reloads:
        home.put("plugins/.family.json.swp", "x")
        home.put("plugins/family.json~", "x")
        home.put("plugins/.family.json.tmp", "x").replace(home.file("plugins/.other.swp"))
        home.put_album(max_photos=2)
        reloads.wait_for(lambda: limit(home) == 2)
        assert reloads.count == 2


def test_a_folder_put_in_place_of_the_old_one_is_watched_on(home: Home) -> None:
    home.put_album(max_photos=1)
    made: list[BaseObserver] = []

    def observer() -> BaseObserver:
        made.append(Observer())
        return made[-1]

    with watching(home, poll_beside_events=0.05, observer=observer) as reloads:
        home.file("").rename(home.path / "old")
        (home.path / "config" / "plugins").mkdir(parents=True)
        home.put_album(max_photos=2)
        reloads.wait_for(lambda: limit(home) == 2)
        home.put_album(max_photos=3)
        reloads.wait_for(lambda: limit(home) == 3)
        assert [one.is_alive() for one in made] == [False, True]


@contextmanager
def watching_by_hand(home: Home) -> Iterator[Callable[[float], int]]:
    """A watch without events that sees time pass only as the test lets it; returns "let pass, how many reloads?"."""
    home.store.load()
    reloads = Reloads(home)
    watch = ConfigWatch(
        home.store.layout, reloads, clock=home.clock, quiet=0.5, patience=3.0, poll=2.0, observer=NoEvents
    )
    watch.start()

    def let_pass(seconds: float) -> int:
        home.clock.wait_for_sleepers()
        home.clock.advance(seconds)
        home.clock.wait_for_sleepers()
        return reloads.count

    try:
        reloads.wait_for(lambda: reloads.count == 1)
        yield let_pass
    finally:
        watch.stop()


def test_a_file_that_is_still_being_written_is_left_until_it_rests(home: Home) -> None:
    path = home.put_album(max_photos=1)
    text = path.read_text().replace('"max_photos": 1', '"max_photos": 2')
    with watching_by_hand(home) as let_pass:
        path.write_text(text[:40])
        assert let_pass(2.0) == 1
        path.write_text(text[:90])
        assert let_pass(0.5) == 1
        path.write_text(text)
        assert let_pass(0.5) == 1
        assert let_pass(0.5) == 2
    assert limit(home) == 2
    assert home.store.problems == ()


def test_a_file_that_never_rests_is_read_all_the_same(home: Home) -> None:
    home.put_album(max_photos=1)
    with watching_by_hand(home) as let_pass:
        home.put_album(max_photos=10)
        counts = [let_pass(2.0)]
        for number in range(11, 17):
            home.put_album(max_photos=number)
            counts.append(let_pass(0.5))
        assert counts == [1, 1, 1, 1, 1, 1, 2]
    assert limit(home) == 16


def test_the_target_of_a_link_is_looked_at(home: Home) -> None:
    target = home.put_album(max_photos=1).rename(home.path / "family-target.json")
    home.file("plugins/family.json").symlink_to(target)
    with watching(home, poll_beside_events=0.05) as reloads:
        target.write_text(target.read_text().replace('"max_photos": 1', '"max_photos": 2'))
        reloads.wait_for(lambda: limit(home) == 2)


def test_a_reload_that_fails_is_tried_again_and_told_once(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.put_album(max_photos=1)
    reloads = Reloads(home)
    failures: list[int] = []

    def fails_at_first() -> None:
        if len(failures) < 3:
            failures.append(1)
            raise RuntimeError("boom")
        reloads()

    watch = ConfigWatch(home.store.layout, fails_at_first, clock=SystemClock(), poll_beside_events=0.03)
    watch.start()
    try:
        reloads.wait_for(lambda: limit(home) == 1)
    finally:
        watch.stop()
    assert caplog.text.count("tried again soon") == 1


def test_stopping_ends_the_thread_even_while_an_edit_settles(home: Home) -> None:
    watch = ConfigWatch(home.store.layout, home.store.reload, clock=SystemClock(), quiet=600.0, patience=6000.0)
    watch.start()
    home.put_album()
    watch.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "config-watch"]
