"""Small pictures of the photos on this frame: upright, without metadata, made once, never two at a time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from artframe.display.layout import Size
from artframe.display.look import Look
from artframe.display.painter import Painter
from artframe.display.panels import PanelOptions
from artframe.display.panels.png import PngPanel
from artframe.display.thumbnails import Thumbnails
from artframe.errors import CommandError
from artframe.library.cache import Renditions
from artframe.library.photo import LocalPhoto, Photo
from tests.library.shelf import Home, Shelf

from .conftest import CORNERS, exif, four_corners


class Wall:
    """A home with real photos, and who makes them small."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.home = Home(path)
        self.shelf = Shelf()
        self.painter = Painter(PngPanel(PanelOptions(size=Size(64, 36), file=path / "screen.png")))
        self.made = 0
        self.fading = False
        self.at_once = 0
        self.most_at_once = 0

    def put(self, name: str, image: Image.Image, **options: Any) -> None:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=95, **options)
        self.shelf.put(name, content=buffer.getvalue())
        self.shelf.chunk = 1 << 16
        self.home.sync(self.shelf)

    def reduced(self, local: LocalPhoto, size: int) -> Image.Image:
        self.made += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self.painter.reduced(local, size)
        finally:
            self.at_once -= 1

    def ask(self, story: Callable[[Thumbnails], Awaitable[Any]]) -> Any:
        async def tell() -> Any:
            folder, library = self.path / "thumbnails", self.home.library
            fading = lambda: self.fading  # noqa: E731
            return await story(Thumbnails(folder, library, self, asyncio.to_thread, self.home.clock, fading))

        return asyncio.run(tell())

    def of(self, name: str, size: int = 320) -> Image.Image:
        return Image.open(io.BytesIO(self.ask(lambda thumbnails: thumbnails.of("family", name, size))))


@pytest.fixture
def wall(tmp_path: Path) -> Any:
    wall = Wall(tmp_path)
    yield wall
    wall.home.close()


def test_a_thumbnail_is_upright_small_and_tells_nothing_of_where_it_was_taken(wall: Wall) -> None:
    tags = exif(6)  # stored lying on its side
    tags[ExifTags.Base.ImageDescription] = "our house"
    wall.put("a", four_corners(800, 600).transpose(Image.Transpose.ROTATE_90), exif=tags)
    picture = wall.of("a")
    assert (picture.format, picture.size) == ("JPEG", (320, 240))
    assert not picture.getexif()
    found = picture.getpixel((10, 10))
    assert max(abs(a - b) for a, b in zip(found, CORNERS[0], strict=True)) < 12  # type: ignore[arg-type]


def test_it_is_made_once_over_restarts_and_anew_for_another_version(wall: Wall) -> None:
    wall.put("a", four_corners(800, 600))
    for _ in range(3):
        wall.of("a")
    assert wall.made == 1
    wall.put("a", Image.new("RGB", (800, 600), "blue"))
    assert wall.of("a").getpixel((10, 10))[2] > 200  # type: ignore[index]
    assert wall.made == 2


def test_sizes_in_between_share_one(wall: Wall) -> None:
    wall.put("a", four_corners(800, 600))
    assert {wall.of("a", size).width for size in (200, 300, 320)} == {320}
    assert wall.made == 1
    assert wall.of("a", 1).width == 160


def test_many_at_once_are_made_one_after_the_other_and_each_once(wall: Wall) -> None:
    for name in "abc":
        wall.put(name, four_corners(800, 600))

    async def story(thumbnails: Thumbnails) -> None:
        await asyncio.gather(*(thumbnails.of("family", name, 320) for name in "abc" * 5))

    wall.ask(story)
    assert (wall.made, wall.most_at_once) == (3, 1)


@pytest.mark.parametrize("ends", [True, False], ids=["soon", "never"])
def test_it_waits_for_the_end_of_a_fade_but_not_for_ever(wall: Wall, ends: bool) -> None:
    wall.put("a", four_corners(800, 600))
    clock = wall.home.clock

    async def story(thumbnails: Thumbnails) -> None:
        wall.fading = True
        making = asyncio.create_task(thumbnails.of("family", "a", 320))
        while not clock.sleepers:
            await asyncio.sleep(0)
        assert wall.made == 0
        wall.fading = not ends
        while not making.done():
            if clock.sleepers:
                clock.advance(0.1)
            await asyncio.sleep(0)
        assert (await making) and clock.monotonic() < (0.2 if ends else 4)

    wall.ask(story)


def test_it_is_made_in_the_painters_turn(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two decoded photos need the memory of two, which a small frame does not have."""
    wall.put("a", four_corners(800, 600))
    turns: list[bool] = []
    from_file = Image.open

    def note(*arguments: Any, **more: Any) -> Image.Image:
        turns.append(wall.painter._turn.locked())
        return from_file(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr("artframe.display.decode.Image.open", note)
        wall.ask(lambda thumbnails: thumbnails.of("family", "a", 320))
    assert turns and all(turns)


@pytest.mark.parametrize("name", ["nobody", "../../../etc/passwd", "", "a.jpg"])
def test_what_is_not_a_photo_of_this_frame_is_refused(wall: Wall, name: str) -> None:
    wall.put("a", four_corners(80, 60))
    with pytest.raises(CommandError, match="is on this frame") as refused:
        wall.of(name)
    assert refused.value.exit_code == 66


def test_a_photo_whose_file_is_gone_or_damaged_is_told(wall: Wall) -> None:
    wall.put("a", four_corners(80, 60))
    wall.shelf.put("b", content=b"no picture at all")
    wall.home.sync(wall.shelf)
    with pytest.raises(CommandError) as damaged:
        wall.of("b")
    assert damaged.value.exit_code == 65
    (wall.home.folder() / "a.jpg").unlink()
    with pytest.raises(CommandError) as gone:
        wall.of("a")
    assert gone.value.exit_code == 66


def test_the_kept_ones_are_nobody_elses_and_bounded(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artframe.display.thumbnails.LIMIT_BYTES", 9000)
    for name in "abcdef":
        wall.put(name, four_corners(800, 600))
        wall.of(name)
    kept = list((wall.path / "thumbnails").rglob("*.jpg"))
    assert 0 < sum(path.stat().st_size for path in kept) <= 9000
    assert {path.stat().st_mode & 0o077 for path in (*kept, *(path.parent for path in kept))} == {0}


def test_a_rendition_of_an_old_file_is_not_taken_for_the_new_version(tmp_path: Path) -> None:
    """The listing tells of a new version long before its file is here."""
    panel = PngPanel(PanelOptions(size=Size(64, 36), file=tmp_path / "screen.png"))
    painter = Painter(panel, Renditions(tmp_path / "renditions", limit=1 << 20))
    path = tmp_path / "a.jpg"
    photo = Photo(id="a", name="a.jpg", version="2")
    colours = []
    for colour, moment in (("red", 1), ("blue", 2)):
        Image.new("RGB", (640, 360), colour).save(path, quality=95)
        frame = painter.paint(LocalPhoto(source="family", path=path, photo=photo), Look())
        colours.append(max(range(3), key=lambda band: frame.getpixel((9, 9))[band]))
        assert moment and len(list((tmp_path / "renditions").rglob("*.jpg"))) == moment
    assert colours == [0, 2]
