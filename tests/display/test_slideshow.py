"""The slideshow: what is on the wall, whatever happens."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from artframe.display.cards import Card
from artframe.display.layout import Size
from artframe.display.look import Look
from artframe.display.painter import Painter
from artframe.display.panels import Input, PanelOptions
from artframe.display.panels.png import PngPanel
from artframe.display.slideshow import Slideshow
from artframe.display.stage import Pressed, Stage
from artframe.library.cache import Renditions
from artframe.library.photo import LocalPhoto
from artframe.testing import ManualClock

from .album import Album, Easel, Room, Settings

Local = Callable[..., LocalPhoto]


def in_room(story: Callable[[Room], Awaitable[None]], album: Album, **more: object) -> None:
    async def tell() -> None:
        async with Room(album, **more) as room:  # type: ignore[arg-type]
            await story(room)

    asyncio.run(tell())


@pytest.fixture
def photos(local: Local) -> list[LocalPhoto]:
    return [local(name) for name in "abcdef"]


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


def test_unreadable_photos_are_reported_and_skipped(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        await room.pass_time(61)
        assert room.wall.names == ["b", "d"]
        assert album.failures == {"a": "a is damaged", "c": "could not be prepared: a fault in the decoder"}

    in_room(story, album, easel=Easel(unreadable={"a"}, crashing={"c"}))


def test_when_all_photos_are_unreadable_the_card_is_shown(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        assert room.wall.names == ["card: no photo yet"]

    in_room(story, Album(photos), easel=Easel(unreadable=set("abcdef")))


def test_a_photo_that_leaves_the_disk_leaves_the_wall(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        for name in "ab":
            photos["abcdef".index(name)].path.unlink()
        room.show.library_changed()
        await room.settle()
        assert room.wall.names == ["a", "c"] and set(album.failures) == {"a", "b"}

    in_room(story, album)


def test_when_the_last_photo_goes_the_card_comes_back(photos: list[LocalPhoto]) -> None:
    album = Album(photos[:1])

    async def story(room: Room) -> None:
        assert room.wall.seen == "a"
        album.photos.clear()
        photos[0].path.unlink()
        room.show.library_changed()
        await room.settle()
        assert room.wall.seen == "card: no photo yet"

    in_room(story, album)


def test_next_and_previous_walk_through_what_was_shown(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        for expected in ("b", "c"):
            assert (await room.show.next()).local.photo.id == expected  # type: ignore[union-attr]
        for expected in ("b", "a", "z", "z"):
            assert (await room.show.previous()).local.photo.id == expected  # type: ignore[union-attr]
        for expected in ("a", "b", "c", "d", "e"):
            assert (await room.show.next()).local.photo.id == expected  # type: ignore[union-attr]
        assert room.album.shown_ids == ["a", "b", "c", "z", "d", "e"], "each choice counts once"
        assert [slide.local.photo.id for slide in room.show.recent()][:4] == ["d", "c", "b", "a"]

    album = Album(photos)
    album.before.append(
        LocalPhoto(source="album", path=photos[5].path, photo=type(photos[5].photo)(id="z", name="z", version="1"))
    )
    in_room(story, album)


def test_previous_without_a_past_changes_nothing(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        assert (await room.show.previous()).local.photo.id == "a"  # type: ignore[union-attr]
        assert room.wall.names == ["a"]

    in_room(story, Album(photos))


def test_next_without_any_photo_answers_at_once(local: Local) -> None:
    async def story(room: Room) -> None:
        assert await asyncio.wait_for(room.show.next(), 60) is None

    in_room(story, Album([]))


def test_paused_stays_and_still_follows_the_arrows(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        room.show.hear(Pressed(input=Input.PAUSE))
        await room.pass_time(1000)
        assert room.wall.names == ["a"] and room.show.now().paused and room.show.now().next_in is None
        room.show.hear(Pressed(input=Input.NEXT))
        await room.settle()
        await room.pass_time(1000)
        assert room.wall.names == ["a", "b"]
        room.show.hear(Pressed(input=Input.PAUSE))
        await room.settle()
        assert room.show.now().next_in == 60
        await room.pass_time(60)
        assert room.wall.seen == "c"
        room.show.hear(Pressed(input=Input.PREVIOUS))
        await room.settle()
        assert room.wall.seen == "b"
        room.show.hear(Pressed(input=Input.QUIT))
        assert room.quits == 1

    in_room(story, Album(photos))


def test_now_says_what_is_shown_why_and_how_long_still(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        await room.pass_time(20)
        now = room.show.now()
        assert now.slide is not None and now.slide.reason.english == "a is next in the album"
        assert now.next_in == 40 and now.since is not None and not now.paused

    in_room(story, Album(photos))


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


def test_a_photo_that_is_hidden_leaves_the_wall_for_the_next_and_does_not_come_back(photos: list[LocalPhoto]) -> None:
    album = Album(photos[:4])

    async def story(room: Room) -> None:
        await room.pass_time(60)
        assert room.wall.names == ["a", "b"]
        album.hidden |= {"a", "b", "c"}
        slide = await room.show.drop_hidden()
        assert slide is not None and slide.local.photo.id == "d"
        assert room.wall.names == ["a", "b", "d"], "c was made ready already and is hidden, too"
        assert (await room.show.previous()).local.photo.id == "d", "there is no way back to them"  # type: ignore[union-attr]
        for _ in range(3):
            await room.pass_time(60)
        assert set(room.wall.names[2:]) == {"d"}

    in_room(story, album)


def test_a_photo_hidden_while_it_is_being_made_ready_is_not_shown(photos: list[LocalPhoto]) -> None:
    album = Album(photos[:3])

    async def story(room: Room) -> None:
        paint = room.easel.paint

        def hide_and_paint(local: LocalPhoto, look: Look) -> tuple[str, Look]:
            album.hidden.add("d")
            return paint(local, look)

        album.photos.append(photos[3])
        room.easel.paint = hide_and_paint  # type: ignore[method-assign]
        await room.pass_time(60)
        assert not any(slide.local.photo.id == "d" for slide in album.reserved)
        for _ in range(4):
            await room.pass_time(60)
        assert "d" not in room.wall.names

    in_room(story, album)


def test_when_all_photos_are_hidden_the_card_is_shown_and_each_press_answered(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        album.hidden |= set("abcdef")
        assert await asyncio.wait_for(room.show.drop_hidden(), 60) is None
        assert room.wall.seen == "card: no photo yet"
        album.hidden.clear()
        room.show.library_changed()
        await room.settle()
        assert room.wall.seen == "a"

    in_room(story, album)


def test_asleep_time_stands_still_and_presses_still_work(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        room.show.sleep(True)
        await room.settle()
        assert room.wall.asleep and room.show.now().asleep and room.show.now().next_in is None
        painted = list(room.easel.painted)
        for _ in range(20):
            await room.pass_time(61)
        assert room.wall.names == ["a"] and room.easel.painted == painted, "nothing is decoded for nobody"
        for expected in "bcde":
            assert (await room.show.next()).local.photo.id == expected  # type: ignore[union-attr]
        room.show.sleep(False)
        await room.settle()
        assert not room.wall.asleep and room.show.now().next_in == 60
        await room.pass_time(60)
        assert room.wall.seen == "f"

    in_room(story, Album(photos))


def test_any_key_at_the_panel_wakes_a_sleeping_frame_and_does_nothing_else(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        for key in (Input.NEXT, Input.PREVIOUS, Input.PAUSE):
            room.show.sleep(True)
            await room.settle()
            room.show.hear(Pressed(input=key))
            await room.settle()
            assert not room.wall.asleep and room.wall.names == ["a"] and not room.show.now().paused

    in_room(story, Album(photos))


def test_paused_before_sleep_is_paused_after_it(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        room.show.pause()
        room.show.sleep(True)
        room.show.sleep(False)
        await room.pass_time(1000)
        assert room.wall.names == ["a"] and room.show.now().paused

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


def test_a_playlist_that_fails_keeps_the_picture_and_is_asked_again(photos: list[LocalPhoto], caplog) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        album.broken = True
        for _ in range(8):
            await room.pass_time(61)
        assert room.wall.names == ["a", "b", "c"], "what was ready is still shown"
        album.broken = False
        await room.pass_time(6)
        await room.pass_time(61)
        assert room.wall.names[:4] == ["a", "b", "c", "d"]

    with caplog.at_level(logging.INFO):
        in_room(story, album)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_photo_that_leaves_while_none_can_be_chosen_gives_way_to_one_from_before(photos: list[LocalPhoto]) -> None:
    album = Album(photos)

    async def story(room: Room) -> None:
        album.broken = True
        for _ in range(2):
            await room.pass_time(60)
        for name in "bc":
            photos["abcdef".index(name)].path.unlink()
        room.show.library_changed()
        await room.settle()
        assert room.wall.names == ["a", "b", "c", "a"], "neither the card nor the photo that is gone"
        album.broken = False
        await room.pass_time(6)
        await room.pass_time(60)
        assert room.wall.seen == "d" and album.shown_ids == ["a", "b", "c", "d"]

    in_room(story, album)


def test_a_playlist_that_cannot_take_notes_does_not_stop_the_show(photos: list[LocalPhoto], caplog) -> None:
    async def story(room: Room) -> None:
        for _ in range(3):
            await room.pass_time(60)
        assert room.wall.names == ["a", "b", "c", "d"]

    with caplog.at_level(logging.INFO):
        in_room(story, Album(photos, forgetful=True))
    [told] = caplog.records
    assert (told.levelname, told.exc_info) == ("WARNING", None), "a disk that is full is no bug"
    assert "the disk is full" in told.getMessage()


def test_a_frame_whose_playlist_fails_from_the_start_shows_the_card(photos: list[LocalPhoto]) -> None:
    async def story(room: Room) -> None:
        assert room.wall.names == ["card: no photo yet"]
        room.album.broken = False
        await room.pass_time(6)
        assert room.wall.seen == "a"

    in_room(story, Album(photos, broken=True))


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
