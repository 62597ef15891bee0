"""The slideshow: what is on the wall, whatever happens."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from PIL import Image

from artframe.display.cards import Card
from artframe.display.layout import Size
from artframe.display.painter import Painter
from artframe.display.panels import Input, PanelOptions
from artframe.display.panels.png import PngPanel
from artframe.display.slideshow import Slideshow
from artframe.display.stage import Pressed, Stage
from artframe.library.cache import Renditions
from artframe.library.photo import LocalPhoto
from artframe.testing import ManualClock

from .album import Album, Local, Room, Settings, in_room


def test_each_photo_is_shown_for_its_interval(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        assert room.wall.names == ["a"]
        await room.pass_time(59)
        assert room.wall.names == ["a"]
        await room.pass_time(2)
        await room.pass_time(60)
        assert room.wall.names == ["a", "b", "c"] and room.wall.fades[1:] == [1.5, 1.5]
        assert room.album.shown_ids == ["a", "b", "c"]

    in_room(story, Album(photos))


def test_the_interval_begins_when_the_picture_is_completely_seen(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        room.wall.instant = False
        await room.pass_time(60)
        await room.pass_time(500)
        assert room.wall.names == ["a", "b"], "nothing new while a picture fades in, however long"
        assert room.album.shown_ids == ["a"]
        room.wall.finish()
        await room.settle()
        assert room.album.shown_ids == ["a", "b"]
        await room.pass_time(59)
        assert room.wall.seen == "b"
        await room.pass_time(1)
        assert room.wall.seen == "c"

    in_room(story, Album(photos))


def test_two_pictures_are_kept_ready_and_given_back_at_the_end(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        assert [slide.local.photo.id for slide in album.reserved] == ["b", "c"]

    in_room(story, album)
    assert not album.reserved
    assert album.next().local.photo.id == "b"  # type: ignore[union-attr]


def test_nothing_is_prepared_while_a_picture_fades_in_unless_none_is_ready(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        room.wall.instant = False
        await room.pass_time(60)
        assert room.wall.seen == "b" and room.easel.painted == ["a", "b", "c"]
        room.show.hear(Pressed(input=Input.NEXT))
        await room.settle()
        assert room.wall.seen == "c" and room.easel.painted == ["a", "b", "c", "d"], "one is made ready all the same"
        room.wall.finish()
        await room.settle()
        assert room.easel.painted == ["a", "b", "c", "d", "e"]

    in_room(story, Album(photos))


def test_without_a_photo_the_card_is_shown_and_the_first_photo_at_once(local: Local) -> None:
    album = Album([])

    async def story(room: Room) -> None:
        assert room.wall.names == ["card: no photo yet"] and room.show.now().slide is None
        room.message = "3 of 40 are here"
        room.show.library_changed()
        await room.settle()
        assert room.wall.seen == "card: 3 of 40 are here"
        room.show.library_changed()
        await room.settle()
        assert len(room.wall.frames) == 2, "an unchanged card is not drawn again"
        album.photos.append(local("first"))
        room.show.library_changed()
        await room.settle()
        assert room.wall.seen == "first"

    in_room(story, album)


def test_a_change_that_nobody_told_is_found_after_a_minute(local: Local) -> None:
    album = Album([])

    async def story(room: Room) -> None:
        album.photos.append(local("first"))
        await room.pass_time(61)
        assert room.wall.seen == "first"

    in_room(story, album)


def test_the_only_photo_stays(local: Local) -> None:
    async def story(room: Room) -> None:
        for _ in range(5):
            await room.pass_time(61)
        assert set(room.wall.names) == {"one"}

    in_room(story, Album([local("one")]))


def test_a_new_look_repaints_what_is_seen_and_what_is_ready_without_losing_the_order(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        room.show.configure(Settings(fit="cover", transition="cut"))
        await room.settle()
        assert room.wall.names == ["a", "a"] and room.wall.frames[-1][1].fit == "cover" and room.wall.fades[-1] == 0
        for expected in "bc":
            await room.show.next()
            name, look = room.wall.frames[-1]
            assert (name, look.fit, room.wall.fades[-1]) == (expected, "cover", 0.0)
        assert album.shown_ids == ["a", "b", "c"]

    in_room(story, album)


def test_a_new_interval_counts_for_the_photo_on_the_wall(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        await room.pass_time(30)
        room.show.configure(Settings(interval_seconds=20))
        await room.settle()
        assert room.wall.names == ["a", "b"]
        room.show.configure(Settings(interval_seconds=300))
        await room.pass_time(200)
        assert room.wall.seen == "b"

    in_room(story, Album(photos))


def test_the_badge_follows_problems_and_the_setting(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        assert room.wall.badge is None
        room.show.set_problem(True)
        await room.settle()
        assert room.wall.badge is not None
        room.show.configure(Settings(show_badge=False))
        await room.settle()
        assert room.wall.badge is None
        room.show.configure(Settings())
        await room.settle()
        assert room.wall.badge is not None
        room.show.set_problem(False)
        await room.settle()
        assert room.wall.badge is None
        assert room.wall.names == ["a"], "a badge is no reason to prepare the picture again"

    in_room(story, Album(photos))


def test_real_files_reach_a_real_panel_and_come_from_the_cache_the_second_time(local: Local, tmp_path: Path) -> None:
    """Painter, stage, file panel and cache together; only the clock is moved by hand."""
    colours = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255)}
    photos = []
    for name, colour in colours.items():
        path = tmp_path / f"{name}.jpg"
        Image.new("RGB", (1200, 800), colour).save(path, quality=95)
        photos.append(local(name, path=path))
    (tmp_path / "broken.jpg").write_bytes(b"not a photo")
    album = Album([local("broken", path=tmp_path / "broken.jpg"), *photos])
    panel = PngPanel(PanelOptions(size=Size(240, 160), file=tmp_path / "screen.png"))
    cache = Renditions(tmp_path / "cache", limit=10_000_000)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        clock = ManualClock()
        stage = Stage(panel, clock, lambda message: loop.call_soon_threadsafe(show.hear, message))
        show = Slideshow(
            playlist=album,
            artist=Painter(panel, cache),
            wall=stage,
            clock=clock,
            run_blocking=asyncio.to_thread,
            settings=Settings(),
            card=lambda: Card(title="test"),
        )
        thread = threading.Thread(target=stage.run)
        thread.start()
        running = asyncio.create_task(show.run())
        seen = []
        for _ in range(4):
            await asyncio.wait_for(show.next(), 60)
            seen.append(panel.picture((await asyncio.wrap_future(stage.capture())).frame))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        stage.stop()
        await asyncio.to_thread(thread.join, 20)
        names = [
            min(
                colours,
                key=lambda name: sum(abs(a - b) for a, b in zip(colours[name], image.getpixel((120, 80)), strict=True)),
            )
            for image in seen
        ]
        first = list(colours).index(names[0])
        assert names == [list(colours)[(first + step) % 3] for step in range(4)]

    asyncio.run(story())
    assert set(album.failures) == {"broken"}
    assert len(list((tmp_path / "cache").rglob("*.jpg"))) == 3
    with Image.open(tmp_path / "screen.png") as written:
        assert written.size == (240, 160)
