"""Any order of presses, arrivals, failures and settings: the wall is never empty and the books always balance."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from artframe.library.photo import LocalPhoto, Photo

from .album import Album, Room, Settings

NAMES = "abcdefgh"
events = st.one_of(
    st.sampled_from(["next", "previous", "pause", "resume", "finish", "slow wall", "quick wall", "look", "card"]),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 30.0, 61.0, 300.0])),
    st.tuples(st.sampled_from(["arrive", "leave", "break", "mend", "hide", "unhide"]), st.sampled_from(NAMES)),
    st.sampled_from(["sleep", "wake"]),
    st.sampled_from(["database away", "database back"]),
)


def photo(folder: Path, name: str) -> LocalPhoto:
    path = folder / f"{name}.jpg"
    path.write_bytes(b"a photo")
    return LocalPhoto(source="album", path=path, photo=Photo(id=name, name=path.name, version="1"))


def apply(event: object, room: Room, folder: Path, presses: list[asyncio.Task[object]]) -> None:
    album, show, wall = room.album, room.show, room.wall
    match event:
        case "next":
            presses.append(asyncio.create_task(show.next()))
        case "previous":
            presses.append(asyncio.create_task(show.previous()))
        case "pause":
            show.pause()
        case "resume":
            show.resume()
        case "sleep" | "wake":
            show.sleep(event == "sleep")
        case "finish":
            wall.finish()
        case "slow wall":
            wall.instant = False
        case "quick wall":
            wall.instant = True
            wall.finish()
        case "look":
            show.configure(Settings(rotation=(room.show._look.rotation + 90) % 360))  # type: ignore[arg-type]
        case "card":
            room.message += "!"
            show.library_changed()
        case "database away" | "database back":
            album.broken = event == "database away"
            # Nobody tells that it is back: it is asked every five seconds.
            room.patient_until = room.clock.monotonic() + 5.0
        case ("wait", float(seconds)):
            room.clock.advance(seconds)
        case ("arrive", str(name)):
            album.failures.pop(name, None)
            if not any(one.photo.id == name for one in album.photos):
                album.photos.append(photo(folder, name))
            show.library_changed()
        case ("leave", str(name)):
            album.photos = [one for one in album.photos if one.photo.id != name]
            (folder / f"{name}.jpg").unlink(missing_ok=True)
            show.library_changed()
        case ("hide", str(name)):
            album.hidden.add(name)
            presses.append(asyncio.create_task(show.drop_hidden()))
        case ("unhide", str(name)):
            album.hidden.discard(name)
            show.library_changed()
        case ("break", str(name)):
            room.easel.unreadable.add(name)
        case ("mend", str(name)):
            room.easel.unreadable.discard(name)
            album.failures.pop(name, None)
            show.library_changed()


def check(room: Room, folder: Path) -> None:
    album, wall = room.album, room.wall
    assert not room.task.done()
    assert wall.frames, "something is always shown"
    now = room.show.now()
    seen = wall.seen
    assert seen == (now.slide.local.photo.id if now.slide else f"card: {seen.removeprefix('card: ')}")
    if seen.startswith("card"):
        hopeless = {*album.failures, *room.easel.unreadable, *album.hidden}
        ready = [one for one in album.photos if one.photo.id not in hopeless]
        patient = album.broken or room.clock.monotonic() < room.patient_until
        assert not ready or patient, "the card never stands in front of a photo that could be shown"
    else:
        assert (folder / f"{seen}.jpg").exists()
        assert seen not in album.hidden
    assert wall.asleep == now.asleep and not (now.asleep and now.next_in is not None)
    assert wall.frames[-1][1] == room.show._look or seen in room.easel.unreadable
    assert len(album.reserved) <= 4


@settings(max_examples=150, deadline=None)
@given(story=st.lists(events, max_size=30))
@example(story=["database away", "next", "next", ("leave", "c"), "database back"])
def test_the_wall_is_never_empty_and_the_books_balance(tmp_path_factory, story):
    folder = tmp_path_factory.mktemp("album")
    album = Album([photo(folder, name) for name in NAMES[:3]])

    async def tell() -> None:
        presses: list[asyncio.Task[object]] = []
        async with Room(album) as room:
            for event in story:
                apply(event, room, folder, presses)
                await room.settle()
                check(room, folder)
            apply("quick wall", room, folder, presses)
            apply("database back", room, folder, presses)
            apply("wake", room, folder, presses)
            for _ in range(3):
                await room.pass_time(61)
            assert all(press.done() for press in presses), "every press is answered"
            check(room, folder)
        await asyncio.gather(*presses, return_exceptions=True)

    asyncio.run(tell())
    assert not album.reserved, "what was chosen and not shown is given back"
