"""One run that does everything a run can do: what leads to it, and how it must end."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from artframe_folder_sync.records import ActionKind, DownloadRule
from tests.immich.simulator import pictures
from tests.plugins.folder_sync.contents import Content, movie, photo, sha1_of
from tests.plugins.folder_sync.world import World

STILL = Content(pictures.heic(1, (64, 48)), "still of a live photo")
SIDECAR = Content(pictures.XMP, "sidecar")
LEFT_OUT = {ActionKind.FORGET}
"""What is gone on both sides needs no step of its own."""


def configure(world: World) -> None:
    """One connection and one thread: the steps of a run come in the same order each time."""
    world.configure(
        albums_by_folder=True, connections=1, hash_threads=1, download=DownloadRule(enabled=True, reserve_bytes=0)
    )


def prepare(world: World) -> None:
    """A pair that has been in use for some time."""
    world.put("old.jpg", photo(5))
    world.immich_upload("first.jpg", photo(18))
    world.sync()
    world.pair.confirm("download")
    world.sync()
    world.clock.advance(timedelta(days=40).total_seconds())
    files = {
        "stays.jpg": 1,
        "Summer/moved.jpg": 2,
        "Summer/edited.jpg": 3,
        "removed.jpg": 4,
        "trashed.jpg": 6,
        "twin1.jpg": 7,
        "Summer/twin2.jpg": 7,
        "purged.jpg": 8,
        "restored.jpg": 9,
        "fetched.jpg": 10,
        "replaced.jpg": 11,
        "both.jpg": 12,
    }
    for path, number in files.items():
        world.put(path, photo(number))
    # What is tracked weighs against what is deleted: the brakes are not the subject here.
    for number in range(100, 120):
        world.put(f"More/{number}.jpg", photo(number))
    world.sync()
    world.server.set_details(world.asset(photo(3)).id, isFavorite=True)
    world.immich_stack(photo(3), photo(1))
    world.immich_trash(photo(9), photo(10))
    world.sync()
    for file in (world.root / ".artframe-trash").rglob("fetched.jpg"):
        file.unlink()  # somebody emptied the local trash; it is still in Immich's
    world.immich_upload("IMG_old.jpg", photo(14))
    world.immich_trash(photo(14))
    world.remove("removed.jpg", "old.jpg", "both.jpg")
    world.settle()
    world.run()
    world.settle()
    assert world.folder().keys() >= {"stays.jpg", "Summer/moved.jpg", "replaced.jpg"}


def disturb(world: World) -> None:
    """What people do on both sides before the run."""
    world.rename("Summer/moved.jpg", "Winter/moved.jpg")
    world.edit("Summer/edited.jpg", photo(13), age=60)
    world.put("again.jpg", photo(14), age=60)
    world.put("known.jpg", photo(15), age=60)
    world.immich_upload("known.jpg", photo(15))
    world.put("Summer/new.jpg", photo(16), age=60)
    world.put("new.jpg", photo(20), age=60)
    world.put("new.jpg.xmp", SIDECAR, age=60)
    world.put("IMG_9.HEIC", STILL, age=60)
    world.put("IMG_9.MOV", movie(9), age=60)
    world.immich_trash(photo(6), photo(7), photo(12))
    world.immich_purge(photo(8))
    world.immich_restore(photo(9), photo(10))
    world.server.replace_original(world.asset(photo(11)).id, bytes(photo(21)))
    world.immich_upload("from-app.jpg", photo(17))
    assert world.server.jobs.wait_until_idle()


def meet(world: World) -> None:
    """What both sides have before the first run of all."""
    for number in range(6):
        world.put(f"Summer/{number}.jpg", photo(number), age=60)
    world.put("twin.jpg", photo(0), age=60)
    world.put("IMG_9.HEIC", STILL, age=60)
    world.put("IMG_9.MOV", movie(9), age=60)
    for number in (4, 5, 6, 7):
        world.immich_upload(f"from-app-{number}.jpg", photo(number))
    world.immich_trash(photo(5))


@dataclass(frozen=True)
class Outcome:
    """All that matters after the dust has settled; ids of assets differ from run to run. As JSON can carry it."""

    folder: dict[str, str]
    local_trash: list[list[str]]
    assets: list[list[Any]]
    albums: dict[str, list[str]]
    stacks: dict[str, list[str]]

    def differences(self, expected: Outcome) -> list[str]:
        """What is there and should not be, and what is lacking."""
        found = []
        for name in ("folder", "local_trash", "assets", "albums", "stacks"):
            have, want = (set(map(str, _entries(getattr(one, name)))) for one in (self, expected))
            if have != want:
                found.append(f"{name} has {sorted(have - want)} instead of {sorted(want - have)}")
        return found


def _entries(found: Any) -> Any:
    return found.items() if isinstance(found, dict) else found


def outcome(world: World) -> Outcome:
    """What both sides have now."""
    assets = []
    for one in world.assets():
        detail = world.server.asset(one.id)
        assert detail is not None
        live = detail.get("livePhotoVideoId") is not None
        assets.append([one.name, label(one.sha1), one.trashed, one.visibility, one.favourite, live])
    return Outcome(
        folder={path: label(sha1_of(content)) for path, content in sorted(world.folder().items())},
        local_trash=sorted([path, label(sha1_of(content))] for path, content in world.local_trash().items()),
        assets=sorted(assets, key=str),
        albums={album: sorted(members) for album, members in world.albums().items()},
        stacks={
            label(sha1_of(cover)): sorted(label(sha1_of(member)) for member in members)
            for cover, members in world.stacks().items()
        },
    )


def healed(world: World, expected: Outcome | None) -> Outcome:
    """How it ends when it is run anew: one run is enough for most, what needs a second look gets a second one."""
    world.settle()
    world.run()
    found = outcome(world)
    if found != expected:
        world.settle()
        world.run()
        found = outcome(world)
    return found


def label(sha1: str) -> str:
    """What the content with this SHA-1 is called here."""
    return names().get(sha1, sha1)


@cache
def names() -> dict[str, str]:
    return {one.sha1: repr(one) for one in (STILL, SIDECAR, movie(9), *map(photo, range(1, 121)))}


class Snapshot:
    """Folder, state and server as they are now, to go back to again and again. Both must be closed for it."""

    def __init__(self, world: World, place: Path) -> None:
        self._parts = {world.root: place / "folder", world.data_dir: place / "state"}
        self._parts[world.server.site.folder] = place / "server"
        for source, copy in self._parts.items():
            shutil.copytree(source, copy, symlinks=True)

    def restore(self) -> None:
        """As it was; the folders themselves stay, since their inodes are known."""
        for original, copy in self._parts.items():
            for entry in original.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    with contextlib.suppress(FileNotFoundError):
                        entry.unlink()
            shutil.copytree(copy, original, symlinks=True, dirs_exist_ok=True)
