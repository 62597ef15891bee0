"""What people press at the frame or elsewhere: next, previous, pause, hide, sleep."""

from __future__ import annotations

import asyncio

from artframe.display.look import Look
from artframe.display.panels import Input
from artframe.display.stage import Pressed
from artframe.library.photo import LocalPhoto

from .album import Album, Local, Room, in_room


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
