"""What Immich calls its photos, and what a folder can hold: no name leads out of the folder or into a loop."""

from __future__ import annotations

import os

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.downloads import download_all
from tests.plugins.folder_sync.world import World

WICKED = (
    "a/b.jpg",
    "../../evil.jpg",
    "..\\..\\evil.jpg",
    "/etc/evil.jpg",
    "C:\\evil.jpg",
    "nul\0byte.jpg",
    "CON.jpg",
    "aux.JPG",
    " leading and trailing .jpg",
    "dots....jpg",
    "line\nfeed\ttab.jpg",
    'what? a *star* <tag> | "quote": yes.jpg',
    "\N{SNOWMAN}" * 120 + ".jpg",
    "x" * 400 + ".jpg",
    "\u202egpj.exe.jpg",
    ".hidden.jpg",
    "._IMG.jpg",
    ".trashed-1700000000-IMG.jpg",
    ".pending-1700000000-IMG.jpg",
    "~syncthing~IMG.jpg",
    "IMG.sync-conflict-20260101-120000-ABCDEFG.jpg",
    "trailing.jpg.",
)
NEVER_SYNCED = (
    "..",
    ".jpg",
    "no ending",
    "ends with dots...",
    ".syncthing.IMG.jpg.tmp",
    "~syncthing~IMG.jpg.tmp",
    "IMG.jpg.filepart",
    "Thumbs.db",
    "@eaDir",
    ".artframe-trash",
)


def test_s37_names_that_no_folder_can_hold_come_down_under_safe_ones(world: World) -> None:
    """Each content once, below the folder, under a name that every system can hold and that is synced from then on."""
    for number, name in enumerate(WICKED):
        world.immich_upload(name, photo(number))
    download_all(world)
    found = world.folder()
    assert sorted(found.values()) == sorted(photo(number) for number in range(len(WICKED)))
    for path in found:
        assert (world.root / path).resolve().is_relative_to(world.root.resolve())
        for part in path.split("/"):
            assert len(os.fsencode(part)) <= 255
            assert part not in (".", "..") and part == part.strip() and not part.endswith(".")
            assert not set(part) & set('\\:*?"<>|\n\t\0\u202e')
            assert part.split(".")[0].upper() not in ("CON", "AUX", "NUL")
    assert not list(world.base.rglob("evil*")) or all(world.root in one.parents for one in world.base.rglob("evil*"))
    world.sync()
    world.assert_quiet()
    assert world.folder() == found
    assert len(world.immich()) == len(WICKED)


def test_s37_what_would_never_be_synced_under_its_name_stays_in_immich_and_is_named(world: World) -> None:
    """A name for temporary files, or none that Immich itself would take: down here it would be nobody's photo."""
    for number, name in enumerate(NEVER_SYNCED):
        world.immich_upload(name, photo(number))
    world.immich_upload("fine.jpg", photo(99))
    report = download_all(world)
    assert list(world.folder().values()) == [photo(99)]
    assert len(report.troubles) == len(NEVER_SYNCED)
    assert not list(world.base.glob("*.part"))
    world.sync()
    world.assert_quiet()
    assert len(world.immich()) == len(NEVER_SYNCED) + 1


def test_s37_equal_names_are_told_apart_by_the_id_and_stay_as_they_are(world: World) -> None:
    """Also where they differ in case only, as on a phone's card; the second one never replaces the first."""
    ids = {
        photo(number): world.immich_upload(name, photo(number))
        for number, name in enumerate(("IMG.jpg", "IMG.jpg", "img.JPG"))
    }
    download_all(world)
    found = world.folder()
    assert sorted(found.values()) == sorted(ids)
    assert len({path.casefold() for path in found}) == 3
    marked = {path for path, content in found.items() if ids[photo(int(content[-1:]))][:8] in path}
    assert len(marked) == 2, found
    world.immich_upload("IMG.jpg", photo(7))
    world.run()
    world.restart()
    world.sync()
    assert found.items() <= world.folder().items()
    assert len(world.folder()) == 4
    world.assert_quiet()


def test_s37_a_download_leaves_a_file_of_that_name_alone(world: World) -> None:
    """What lies there is the person's, even if the server's is called the same."""
    world.immich_upload("IMG.jpg", photo(1))
    world.put("Immich/2024/IMG.jpg", photo(2), age=100)
    download_all(world)
    assert world.folder()["Immich/2024/IMG.jpg"] == photo(2)
    assert sorted(world.folder().values()) == sorted([photo(1), photo(2)])
    world.sync()
    world.assert_quiet()
