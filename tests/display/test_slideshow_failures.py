"""Photos that cannot be read or are gone, and playlists that fail, never leave the wall empty."""

from __future__ import annotations

import logging

from artframe.library.photo import LocalPhoto

from .album import Album, Easel, Room, in_room


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
