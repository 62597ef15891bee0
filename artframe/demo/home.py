"""What does the embedded Immich hold in the demo: two people, their albums and a key?"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from artframe.demo.picture import ALBUMS, FAMILY, DemoPicture
from artframe.immich.simulator import Simulator

PASSWORD = "artframe-demo"  # noqa: S105 - the server listens on loopback only and holds painted pictures
_FILE = "home.json"


@dataclass(frozen=True, kw_only=True)
class DemoHome:
    """What a client needs to know: the key of the first person and the albums it sees, by name.

    ``filled`` are the file names that were put in; they are never put in again, so that what a person deletes in the
    demo stays deleted. ``today`` is the day of the first start.
    """

    today: str
    key: str
    emma: str
    jonas: str
    albums: dict[str, str]
    filled: tuple[str, ...] = ()

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.today)


def read_home(folder: Path) -> DemoHome | None:
    """The home of an earlier start, or None when there is none (a half-made one counts as none)."""
    try:
        content = json.loads((folder / _FILE).read_text("utf-8"))
        return DemoHome(**{**content, "filled": tuple(content["filled"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_home(folder: Path, home: DemoHome) -> None:
    """Remember the home; the file holds the key, so only its owner may read it."""
    temporary = folder / f".{_FILE}.tmp"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(home), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _FILE)


def clear(folder: Path) -> None:
    """Make room for a new home: a server without its home is what a crash in the first second left."""
    for leftover in ("server", "pictures"):
        shutil.rmtree(folder / leftover, ignore_errors=True)


def move_in(server: Simulator, today: date) -> DemoHome:
    """Two people, a key and the empty albums. The family album belongs to Jonas, who shares it with Emma."""
    emma = server.add_user("Emma Berg", "emma@demo.artframe", PASSWORD, admin=True)
    jonas = server.add_user("Jonas Berg", "jonas@demo.artframe", PASSWORD)
    albums = {name: server.create_album(jonas if name == FAMILY else emma, name) for name in ALBUMS}
    for name, album in albums.items():
        if name == FAMILY:
            server.share_album(album, emma, "editor")
        else:
            server.share_album(album, jonas, "editor")
    return DemoHome(today=today.isoformat(), key=server.create_key(emma), emma=emma, jonas=jonas, albums=albums)


def hang(server: Simulator, home: DemoHome, picture: DemoPicture, folder: Path) -> DemoHome:
    """Put one picture into its albums; the home that knows of it. Doing it twice changes nothing."""
    # Whoever is in a family picture has not taken it: so both have some of them, and each knows some of the people.
    sitters = [name for name, _ in picture.face_boxes()]
    by_jonas = FAMILY in picture.albums and (not sitters or "Emma Berg" in sitters)
    owner = home.jonas if by_jonas else home.emma
    film = None
    if picture.film_name is not None:
        film = server.add_asset(owner, folder / picture.film_name, picture.film_name, visibility="hidden")
    asset = server.add_asset(
        owner,
        folder / picture.file_name,
        picture.file_name,
        taken_at=picture.taken,
        favourite=picture.favourite,
        description=picture.description,
        people=picture.face_boxes(),
        live_photo_video_id=film,
    )
    for name in picture.albums:
        server.add_to_album(home.albums[name], asset)
    return replace(home, filled=(*home.filled, picture.file_name))


def fill(server: Simulator, pictures: Iterable[DemoPicture], folder: Path, *, today: date) -> DemoHome:
    """People, albums and all the pictures at once, from the folder they were built in."""
    home = move_in(server, today)
    for picture in pictures:
        home = hang(server, home, picture, folder)
    return home
