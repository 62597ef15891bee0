"""Whatever happens in whatever order: the folder holds what is listed, whole, once, and every foreign file."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from artframe.errors import ArtframeError, NotReady
from artframe.library.hidden import HiddenPhotos
from artframe.library.names import safe_name
from tests.library.shelf import Home, Shelf

NAMES = st.sampled_from(["IMG.jpg", "img.JPG", "IMG_1.jpg", "../x.jpg", "RAW.CR2", "", "ä" * 200 + ".jpeg"])
PHOTOS = st.integers(0, 7).map(lambda number: f"p{number}")


class Album(RuleBasedStateMachine):
    """Few photos, so that no loss is ever held back; the guard has tests of its own."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="artframe-test-"))
        self.home = Home(self.folder)
        self.shelf = Shelf()
        self.mine: dict[str, bytes] = {}
        self.contents: set[bytes] = set()
        self.number = 0
        self.hidden = self._list()
        self.home.mirror()

    def teardown(self) -> None:
        if hasattr(self, "home"):
            self.home.close()
            shutil.rmtree(self.folder)

    def _list(self) -> HiddenPhotos:
        return HiddenPhotos(self.folder / "state" / "hidden.json", self.home.database, self.home.clock)

    def _new_content(self, size: int) -> bytes:
        self.number += 1
        content = f"{self.number:04}".encode() * size
        self.contents.add(content)
        return content

    @rule(photo=PHOTOS, name=NAMES, size=st.integers(1, 5), honest=st.booleans())
    def put(self, photo: str, name: str, size: int, honest: bool) -> None:
        """A photo is added, or its original is replaced (then it keeps its name)."""
        known = self.shelf.pictures.get(photo)
        picture = self.shelf.put(photo, known.name if known else name, self._new_content(size))
        picture.honest = honest
        picture.version = str(self.number)
        if not honest and picture.name.endswith(".CR2"):
            picture.renamed = "RAW.jpg"

    @rule(photo=PHOTOS)
    def take_away(self, photo: str) -> None:
        self.shelf.pictures.pop(photo, None)
        self.shelf.fetch_fails.pop(photo, None)

    @rule(photo=PHOTOS)
    def break_fetching(self, photo: str) -> None:
        self.shelf.fetch_fails[photo] = NotReady("away")

    @rule(photo=PHOTOS)
    def send_garbage(self, photo: str) -> None:
        picture = self.shelf.pictures.get(photo)
        if picture is not None and picture.honest:
            self.shelf.sends_instead[photo] = [b"garbage"] * 2

    @rule(photo=PHOTOS)
    def show(self, photo: str) -> None:
        self.home.shown(photo)

    @rule(quota=st.sampled_from([None, 40, 60]))
    def limit(self, quota: int | None) -> None:
        self.home.limits = replace(self.home.limits, quota_bytes=quota)

    @rule(name=st.sampled_from(["IMG.jpg", "IMG_1.jpg", "IMG_2.jpg", "RAW.jpg", "notes.txt"]))
    def person_puts_a_file(self, name: str) -> None:
        path = self.home.folder() / name
        if not path.exists():
            self.mine[name] = f"mine: {name}".encode()
            path.write_bytes(self.mine[name])

    @rule(index=st.integers(0, 20))
    def person_deletes_a_file(self, index: int) -> None:
        files = sorted(self.home.files())
        if files:
            name = files[index % len(files)]
            self.mine.pop(name, None)
            (self.home.folder() / name).unlink()

    @rule(index=st.integers(0, 20))
    def person_changes_a_file(self, index: int) -> None:
        files = sorted(set(self.home.files()) - set(self.mine))
        if files:
            name = files[index % len(files)]
            self.mine[name] = f"painted over {self.number} {name}".encode()
            (self.home.folder() / name).write_bytes(self.mine[name])

    @rule(photo=PHOTOS)
    def hide(self, photo: str) -> None:
        with contextlib.suppress(ArtframeError):
            self.hidden.hide("family", photo)

    @rule(photo=PHOTOS)
    def unhide(self, photo: str) -> None:
        with contextlib.suppress(ArtframeError):
            self.hidden.unhide("family", photo)

    @rule()
    def restart(self) -> None:
        self.home.restart()
        self.hidden = self._list()
        self.home.mirror()

    @rule()
    def another_choice(self) -> None:
        self.shelf.chosen += "!"

    @rule()
    def sync_with_what_goes_wrong(self) -> None:
        with contextlib.suppress(ArtframeError):
            self.home.sync(self.shelf)

    @rule()
    def sync_in_peace(self) -> None:
        """Nothing fails: afterwards everything is as listed, as far as the quota lets it."""
        self.shelf.fetch_fails.clear()
        self.shelf.sends_instead.clear()
        report = self.home.sync(self.shelf)
        assert (report.failed, report.waiting) == (0, 0)
        ours = {name: content for name, content in self.home.files().items() if name not in self.mine}
        listed = {picture.content for picture in self.shelf.pictures.values()}
        records = {record.photo.id: record for record in self.home.mirror().summary().records}
        quota = self.home.limits.quota_bytes
        if quota is None:
            assert sorted(ours.values()) == sorted(picture.content for picture in self.shelf.pictures.values())
        elif set(ours.values()) <= listed:
            assert sum(len(content) for content in ours.values()) <= quota
        assert self.home.library.count() == len(ours) == len(records)
        for photo_id, record in records.items():
            if photo_id in self.shelf.pictures:
                picture = self.shelf.pictures[photo_id]
                suffix = Path(safe_name(picture.renamed or picture.name, photo_id)).suffix
                if ours[record.file_name] == picture.content:
                    assert Path(record.file_name).suffix == suffix

    @invariant()
    def no_file_of_a_person_is_touched_and_none_of_ours_is_half(self) -> None:
        if not hasattr(self, "home"):
            return
        files = self.home.files()
        for name, content in self.mine.items():
            assert files[name] == content
        for name, content in files.items():
            assert name in self.mine or content in self.contents

    @invariant()
    def what_is_hidden_is_not_to_be_chosen_and_the_rest_is_counted(self) -> None:
        if not hasattr(self, "home"):
            return
        rows = self.home.database.rows("SELECT id, hidden FROM photos")
        assert all(bool(row["hidden"]) == (("family", row["id"]) in self.hidden) for row in rows)
        counted = self.home.database.rows(
            "SELECT round, count(*) AS photos FROM photos WHERE showable GROUP BY round ORDER BY round"
        )
        kept = self.home.database.rows("SELECT round, photos FROM tallies ORDER BY round")
        assert [tuple(row) for row in counted] == [tuple(row) for row in kept]

    @invariant()
    def every_name_is_claimed_once(self) -> None:
        if not hasattr(self, "home"):
            return
        rows = self.home.database.rows("SELECT file_name, local_version FROM photos WHERE file_name IS NOT NULL")
        names = [row["file_name"] for row in rows]
        assert len(names) == len(set(names))


Album.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAlbum = Album.TestCase
