"""Several people, several frames, and none any more (63, 67, 72)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from artframe.core.task import Task
from artframe.errors import NotReady
from artframe.host.states import State
from artframe.immich import Immich
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.pair import Pair
from artframe_folder_sync.settings import FolderSyncSettings
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import KIND, Hosted
from tests.plugins.folder_sync.world import World

Person = Callable[[str], World]


def test_s63_each_persons_pair_is_on_its_own(person: Person) -> None:
    """The same photo with two people is two photos."""
    anna, ben = person("anna"), person("ben")
    for world in (anna, ben):
        world.put("IMG.jpg", photo(1))
        world.put("stays.jpg", photo(2))
        world.sync()
    assert len(anna.assets()) == len(ben.assets()) == 2
    anna.remove("IMG.jpg")
    anna.sync()
    ben.sync()
    assert anna.asset(photo(1)).trashed
    assert not ben.asset(photo(1)).trashed
    assert ben.folder() == {"IMG.jpg": photo(1), "stays.jpg": photo(2)}
    ben.assert_quiet()


def test_s63_a_key_of_somebody_else_is_refused_before_anything_happens(person: Person) -> None:
    """Else everything would seem to be deleted, and be deleted."""
    anna, ben = person("anna"), person("ben")
    anna.put("IMG.jpg", photo(1))
    anna.sync()
    anna.close()
    anna.key = ben.key
    anna.settle()
    before = anna.fingerprint()
    for _ in range(2):
        anna.settle()
        with pytest.raises(Exception, match=r"(?i)user|account|key"):
            anna.run()
        assert anna.writes() == []
    assert anna.fingerprint() == before
    assert ben.assets() == []


@pytest.mark.parametrize(
    "folders",
    [("/photos", "/photos/ben"), ("/photos/ben", "/photos"), ("/photos/x", "/photos/y/../x"), ("/photos/", "/photos")],
)
def test_s63_folders_inside_each_other_are_refused_when_they_are_configured(folders: tuple[str, str]) -> None:
    with pytest.raises(ValidationError, match="one person"):
        FolderSyncSettings.model_validate(
            {"immich_url": "http://immich.example", "api_keys": ["one", "two"], "folders": list(folders)}
        )
    apart = {"immich_url": "http://immich.example", "api_keys": ["one", "two"], "folders": ["/photos/a", "/photos/ab"]}
    assert FolderSyncSettings.model_validate(apart).folders == ("/photos/a", "/photos/ab")


def test_s67_a_second_run_of_the_same_pair_does_nothing(world: World) -> None:
    """Another process, or the web button while the timer runs."""
    world.put("IMG.jpg", photo(1), age=100)
    refused: list[NotReady] = []

    def second() -> None:
        journal = Journal(world.data_dir / "journal.jsonl", world.clock)
        with Immich(world.server.url, world.key) as client:
            pair = Pair(world.config, client, Disk(world.root), world.clock, journal, world.data_dir)
            try:
                pair.run(Task(), full=True)
            except NotReady as error:
                refused.append(error)
            finally:
                pair.close()

    world.server.faults.meanwhile(second, method="POST", path="/api/assets", times=1)
    world.run()
    assert len(refused) == 1
    assert world.immich() == [("IMG.jpg", photo(1))]
    assert len(world.assets()) == 1
    world.sync()
    world.assert_quiet()


def test_s67_two_frames_on_one_account_delete_each_photo_once(person: Person) -> None:
    """Two folders that Syncthing keeps alike, each with a frame: what one has done is done for the other."""
    here, there = person("anna"), person("ben")
    there.user_id, there.key = here.user_id, here.key
    there.configure(user_id=here.user_id, key_digest=here.config.key_digest)
    for number in range(4):
        for world in (here, there):
            world.put(f"{number}.jpg", photo(number))
            world.sync()
    assert len(here.assets()) == 4
    for world in (here, there):
        world.remove("0.jpg")
    for world in (here, there, here, there):
        world.sync()
    assert [one.trashed for one in here.assets()] == [True, False, False, False]
    here.immich_trash(photo(1))
    for world in (here, there):
        world.sync()
        assert world.folder() == {"2.jpg": photo(2), "3.jpg": photo(3)}
        assert world.local_trash() == {"1.jpg": photo(1)}
    for world in (here, there):
        world.assert_quiet()


@pytest.mark.parametrize("others", ["immich_purge", "immich_trash"])
def test_s67_what_somebody_else_deleted_at_that_moment_is_deleted(world: World, others: str) -> None:
    """One of several is gone when the request arrives: the server refuses them all, and the others go all the same."""
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.sync()
    world.remove("0.jpg", "1.jpg", "2.jpg")
    world.settle()
    world.run()
    world.settle()
    action = getattr(world, others)
    world.server.faults.meanwhile(lambda: action(photo(1)), method="DELETE", path="/api/assets", times=1)
    world.run(lossless=False)
    gone = {one.sha1 for one in world.assets() if not one.trashed}
    assert gone == {photo(3).sha1, photo(4).sha1}
    world.sync()
    world.assert_quiet()


def test_s72_a_pair_that_ends_leaves_everything_where_it_is(world: World) -> None:
    """And what lies in the folder's trash can be listed by anybody: it keeps its name and its day."""
    for number in range(4):
        world.put(f"album/{number}.jpg", photo(number))
    world.sync()
    world.immich_trash(photo(0))
    world.remove("album/1.jpg")
    world.sync()
    files, assets = world.fingerprint(), world.assets()
    world.close()
    assert world.fingerprint() == files
    assert world.assets() == assets
    assert world.local_trash() == {"album/0.jpg": photo(0)}


@pytest.mark.parametrize("farewell", ["switched off", "its file is gone", "sync switched off"])
def test_s72_a_plugin_that_goes_takes_nothing_along(hosted: Hosted, farewell: str) -> None:
    """Neither in the folder, nor in Immich; also when what is in the folder or in Immich changes afterwards."""
    anna = hosted.somebody()
    for number in range(4):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna)
    hosted.server.trash([hosted.asset(anna, photo(0))])
    hosted.deleted()
    if farewell == "switched off":
        settings = {"immich_url": hosted.server.url, "api_keys": [anna.key], "folders": [str(anna.folder)]}
        hosted.host.configure("one", KIND, settings, enabled=False)
        hosted.host.wait_for("one", State.DISABLED)
    elif farewell == "its file is gone":
        hosted.host.remove("one")
        hosted.host.wait_until_gone("one")
    else:
        over = (None, hosted.plugin())
        hosted.configure(anna, sync_enabled=False)
        entry = hosted.host.entry("one")
        hosted.host.witness.wait_until(lambda: entry.plugin not in over, "the new settings to be taken up")
        hosted.host.wait_for("one", State.RUNNING)
    (anna.folder / "1.jpg").unlink()
    hosted.server.trash([hosted.asset(anna, photo(2))])
    hosted.clock.advance(2 * 86400)
    here = {one.name for one in anna.folder.rglob("*") if one.is_file()}
    assert here >= {"0.jpg", "2.jpg", "3.jpg"}, "0.jpg is in the folder's trash, where everybody finds it"
    assert hosted.names(anna) == ["1.jpg", "3.jpg"]
