"""Each source has its own folder and its own troubles; none of them takes the others' pictures away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.config.snapshot import Config, PluginConfig
from artframe.core.events import EventBus
from artframe.core.task import Task
from artframe.display.playlist import Playlist
from artframe.errors import NotReady
from artframe.host.discovery import PluginKinds
from artframe.host.problems import Problems
from artframe.plugin import SourceSettings
from artframe.sources import Sources
from tests.library.shelf import Home, Shelf


class Frame:
    """A frame's sources, as its configuration says."""

    def __init__(self, path: Path, *, keeps: bool = True) -> None:
        self.home = Home(path)
        self.playlist = Playlist(self.home.database, self.home.clock)
        events = EventBus()
        self.problems = Problems(path / "state" / "problems.json", clock=self.home.clock, events=events)
        self.config = Config()
        self.sources = Sources(
            home=path,
            database=self.home.database,
            library=self.home.library,
            playlist=self.playlist,
            kinds=PluginKinds.of({"shelf": Shelf, "other": type("Other", (Shelf,), {})}),
            problems=self.problems,
            clock=self.home.clock,
            events=events,
            config=lambda: self.config,
            sync_soon=lambda _: None,
            keeps=keeps,
        )

    def configure(self, **kinds: str) -> None:
        plugins = {
            name: PluginConfig(instance=name, kind=kind, enabled=True, settings=SourceSettings(), raw={})
            for name, kind in kinds.items()
        }
        self.config = Config(plugins=plugins)
        self.sources.follow(self.config)

    def close(self) -> None:
        self.problems.close()
        self.home.close()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Frame]:
    frame = Frame(tmp_path)
    yield frame
    frame.close()


def test_source_whose_disk_is_away_leaves_the_others_on_the_screen(frame: Frame, shelf: Shelf) -> None:
    shelf.put("a")
    away = frame.home.folder("away")
    away.parent.mkdir(parents=True)
    away.symlink_to("/there/is/no/such/disk")
    frame.configure(away="shelf", here="shelf")
    frame.sources.keeper("here").sync(shelf, Task())
    slide = frame.playlist.next()
    assert slide is not None and slide.local.source == "here"
    assert [problem.key for problem in frame.problems.of("away")] == ["sync/folder"]
    with pytest.raises(NotReady):
        frame.sources.keeper("away")
    away.unlink()
    frame.sources.keeper("away").sync(shelf, Task())
    assert frame.problems.of("away") == ()


def test_instance_of_another_kind_has_a_folder_of_its_own(frame: Frame, shelf: Shelf) -> None:
    shelf.put("a")
    frame.configure(family="shelf")
    frame.sources.keeper("family").sync(shelf, Task())
    frame.configure(family="other")
    assert frame.home.library.count() == 0
    other = Shelf()
    other.put("b")
    frame.sources.keeper("family").sync(other, Task())
    assert [local.path.parts[-3:] for local in frame.home.library.photos()] == [("family", "photos", "b.jpg")]
    assert (frame.sources.keeper("family").mirror.folder / "b.jpg").exists()
    assert frame.sources.keeper("family").mirror.folder != frame.home.folder("family")
    assert list(frame.home.files("family")) == ["a.jpg"], "nobody asked to delete it"


def test_removed_instance_is_no_longer_shown_and_keeps_its_files(frame: Frame, shelf: Shelf) -> None:
    shelf.put("a")
    frame.configure(family="shelf")
    frame.sources.keeper("family").sync(shelf, Task())
    frame.configure()
    assert frame.playlist.next() is None
    assert list(frame.home.files("family")) == ["a.jpg"]


def test_folder_that_was_deleted_by_hand_comes_back(frame: Frame, shelf: Shelf) -> None:
    shelf.put("a")
    frame.configure(family="shelf")
    frame.sources.keeper("family").sync(shelf, Task())
    shutil.rmtree(frame.home.folder("family"))
    frame.sources.keeper("family").sync(shelf, Task())
    assert list(frame.home.files("family")) == ["a.jpg"]


def test_nothing_is_written_beside_a_library_that_will_be_forgotten(tmp_path: Path, shelf: Shelf) -> None:
    shelf.put("a")
    first = Frame(tmp_path)
    first.configure(family="shelf")
    first.sources.keeper("family").sync(shelf, Task())
    first.close()
    standby = Frame(tmp_path, keeps=False)
    try:
        standby.configure(family="shelf")
        slide = standby.playlist.next()
        assert slide is not None and slide.local.photo.id == "a", "what is here is shown"
        with pytest.raises(NotReady):
            standby.sources.keeper("family")
        assert list(standby.home.files("family")) == ["a.jpg"]
    finally:
        standby.close()
