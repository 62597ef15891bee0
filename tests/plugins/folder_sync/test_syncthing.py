"""Real Syncthing feeds the folder from a second machine, as in the household this was made for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artframe_folder_sync.records import ActionKind
from tests.plugins.folder_sync import syncthing_peer
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.syncthing_peer import Peer, exchange
from tests.plugins.folder_sync.world import ServerTime, World, said

pytestmark = pytest.mark.skipif(syncthing_peer.PROGRAM is None, reason="Syncthing is not installed")


class Household:
    """A phone, and the frame's folder; both with Syncthing, the frame's with versioning."""

    def __init__(self, world: World, phone: Peer, home: Peer) -> None:
        self.world, self.phone, self.home = world, phone, home

    def exchange(self) -> None:
        exchange(self.phone, self.home)

    def on_phone(self) -> dict[str, bytes]:
        found = {}
        for file in self.phone.folder.rglob("*.jpg"):
            found[file.relative_to(self.phone.folder).as_posix()] = self.world.known.named(file.read_bytes())
        return found

    def in_folder(self) -> dict[str, bytes]:
        """Without Syncthing's own versions."""
        return {path: data for path, data in self.world.folder().items() if not path.startswith(".st")}


@pytest.fixture
def household(world: World, server_time: ServerTime, tmp_path: Path) -> Iterator[Household]:
    # What Syncthing writes has the time of day.
    server_time.skew = datetime.now(UTC) - world.clock.now()
    world.clock.set_wall(datetime.now(UTC))
    # What artframe keeps in the folder is not for the phone.
    (world.root / ".stignore").write_text(".artframe-*\n")
    phone = Peer(tmp_path / "phone-home", tmp_path / "phone")
    home = Peer(tmp_path / "home", world.root, versioning=True)
    with phone, home:
        phone.start(home)
        home.start(phone)
        yield Household(world, phone, home)


def test_a_phone_with_syncthing_and_immich_stay_alike(household: Household) -> None:
    """Add, rename, delete on both ends, restore, edit, conflict: one household's week."""
    world, phone = household.world, household.phone.folder
    for number in range(4):
        world.known.remember(photo(number))
        (phone / f"{number}.jpg").write_bytes(photo(number))
    household.exchange()
    world.sync()
    assert [content for _, content in world.immich()] == [photo(number) for number in range(4)]
    assert not (world.root / ".artframe-sync").exists(), "Syncthing's own marker is one"
    ids = {one.sha1: one.id for one in world.assets()}

    # A rename on the phone, into a folder.
    (phone / "Summer").mkdir()
    (phone / "0.jpg").rename(phone / "Summer" / "beach.jpg")
    household.exchange()
    world.settle()
    report = world.run()
    assert report.done.get(ActionKind.MOVE) == 1
    assert world.writes() == []

    # A deletion on the phone: Syncthing keeps a version, which is no new photo.
    (phone / "1.jpg").unlink()
    household.exchange()
    assert photo(1) in world.folder().values(), "Syncthing's versioning is on"
    world.sync()
    assert world.asset(photo(1)).trashed

    # A deletion in Immich reaches the phone, and so does taking it back.
    world.immich_trash(photo(2))
    world.sync()
    household.exchange()
    assert household.on_phone() == {"Summer/beach.jpg": photo(0), "3.jpg": photo(3)}
    world.immich_restore(photo(2))
    world.sync()
    household.exchange()
    assert household.on_phone() == {"Summer/beach.jpg": photo(0), "2.jpg": photo(2), "3.jpg": photo(3)}
    assert {one.sha1: one.id for one in world.assets()} == ids, "nothing was ever sent twice"
    world.assert_quiet()

    # Both ends change one photo while they do not see each other: both versions stay.
    household.phone.part_from(household.home)
    for number, folder in ((13, phone), (23, world.root)):
        world.known.remember(photo(number))
        (folder / "3.jpg").write_bytes(photo(number))
    household.phone.scan()
    household.home.scan()
    household.phone.meet(household.home)
    household.exchange()
    household.exchange()  # the conflict copy came into being by the first one
    conflicts = [path for path in household.in_folder() if ".sync-conflict-" in path]
    assert len(conflicts) == 1
    world.sync()
    assert {photo(13), photo(23)} <= set(household.in_folder().values())
    winner = household.in_folder()["3.jpg"]
    assert {content for _, content in world.immich()} == {photo(0), photo(2), winner}
    assert conflicts[0].lower() in said(world.run())
    assert household.on_phone() == household.in_folder()
    world.assert_quiet()
