"""A home whose photos are chosen one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from artframe.display.playlist import Playlist, Slide
from artframe.library.hidden import HiddenPhotos
from artframe.plugin import Selection
from tests.library.shelf import Home, Shelf


class Wall:
    """A home whose sources are shown in some order."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.hidden = self._hidden()
        self.shelves: dict[str, Shelf] = {}
        self.selections: dict[str, Selection] = {}
        self.playlist = Playlist(home.database, home.clock, self.hidden)

    def _hidden(self) -> HiddenPhotos:
        return HiddenPhotos(self.home.path / "state" / "hidden.json", self.home.database, self.home.clock)

    def source(self, name: str, selection: Selection, count: int, *, first: int = 0) -> None:
        shelf = self.shelves.setdefault(name, Shelf())
        shelf.put_many(count, first=first)
        self.home.sync(shelf, name)
        self.selections[name] = selection
        self.playlist.set_sources(self.selections)

    def restart(self) -> None:
        self.home.restart()
        self.hidden = self._hidden()
        self.playlist = Playlist(self.home.database, self.home.clock, self.hidden)
        self.playlist.set_sources(self.selections)

    def next(self) -> Slide:
        slide = self.playlist.next()
        assert slide is not None
        return slide

    def show(self, count: int = 1) -> list[str]:
        """Choose and show; returns the ids."""
        ids = []
        for _ in range(count):
            slide = self.next()
            self.playlist.shown(slide)
            self.home.clock.advance(10)
            ids.append(slide.local.photo.id)
        return ids


def ids(numbers: Sequence[int]) -> list[str]:
    return [f"p{number:05}" for number in numbers]
