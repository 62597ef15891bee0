"""What is in a folder besides photos: links, files of other tools, conflict copies, folders where files were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World

OTHER_TOOLS = (
    ".stfolder/syncthing-folder-1a2b3c.txt",
    ".stversions/2024/IMG~20240101-120000.jpg",
    ".stignore",
    ".syncthing.IMG.jpg.tmp",
    "~syncthing~IMG.jpg.tmp",
    ".rsync-partial/IMG.jpg",
    ".~tmp~/IMG.jpg",
    ".IMG.jpg.a1B2c3",
    "IMG.jpg.filepart",
    "IMG.jpg.partial",
    "IMG.jpg.3fa85f64.partial",
    ".pending-1700000000-IMG.jpg",
    ".trashed-1700000000-IMG.jpg",
    "._IMG.jpg",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "@eaDir/IMG.jpg/SYNOPHOTO_THUMB_XL.jpg",
    "#recycle/IMG.jpg",
    "@__thumb/default.jpg",
    ".unison.IMG.jpg.0123.unison.tmp",
    "IMG.jpg.crdownload",
    "IMG.jpg.part",
    "IMG.jpg.download",
    ".in.IMG.jpg",
    ".~IMG.jpg.part",
    ".artframe-trash/2024-01-01/IMG.jpg",
    ".artframe-tmp/IMG.jpg",
)


def test_s38_links_are_not_followed(world: World, tmp_path: Path) -> None:
    """Neither to a file nor to a folder, inside, outside or in a circle; and they stay where they are."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(photo(66))
    world.put("real.jpg", photo(1))
    world.put("album/one.jpg", photo(2))
    links = {
        "file.jpg": outside / "secret.jpg",
        "inner.jpg": world.root / "real.jpg",
        "folder": outside,
        "album/loop": world.root / "album",
        "album/up": Path(".."),
        "broken.jpg": tmp_path / "nowhere.jpg",
    }
    for name, target in links.items():
        (world.root / name).symlink_to(target)
    world.sync()
    assert [content for _, content in world.immich()] == [photo(2), photo(1)]
    world.immich_trash(photo(1), photo(2))
    world.sync()
    assert world.local_trash() == {"real.jpg": photo(1), "album/one.jpg": photo(2)}
    assert {name for name in links if (world.root / name).is_symlink()} == set(links)
    assert (outside / "secret.jpg").read_bytes() == photo(66)


def test_s38_nothing_is_deleted_through_a_link(world: World, tmp_path: Path) -> None:
    """A folder that became a link says nothing about its files, and what lies behind it is not ours."""
    world.put("album/one.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    elsewhere = tmp_path / "elsewhere"
    world.rename("album", str(elsewhere))
    (world.root / "album").symlink_to(elsewhere)
    world.sync()
    assert not world.asset(photo(1)).trashed, "a link in the way is no deletion"
    world.immich_trash(photo(1))
    world.sync()
    assert (elsewhere / "one.jpg").read_bytes() == photo(1)
    assert world.folder() == {"stays.jpg": photo(2)}


def test_s39_two_names_of_one_inode_are_two_files_and_one_asset(world: World) -> None:
    first = world.put("first.jpg", photo(1))
    os.link(first, world.root / "second.jpg")
    world.put("stays.jpg", photo(2))
    world.sync()
    assert len(world.assets()) == 2
    world.assert_quiet()
    world.remove("first.jpg")
    world.sync()
    assert not world.asset(photo(1)).trashed
    world.remove("second.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed


@pytest.mark.parametrize("same_content", [False, True], ids=["other content", "the photo's content"])
def test_s40_files_of_other_tools_are_neither_uploaded_nor_deleted(world: World, same_content: bool) -> None:
    """Not even when they hold the very bytes that are deleted in Immich."""
    world.put("IMG.jpg", photo(1))
    for number, path in enumerate(OTHER_TOOLS):
        world.put(path, photo(1 if same_content else 100 + number))
    world.sync()
    assert world.immich() == [("IMG.jpg", photo(1))]
    before = world.fingerprint()
    world.immich_trash(photo(1))
    world.sync()
    gone = before.keys() - world.fingerprint().keys()
    assert gone == {"IMG.jpg"}
    world.remove(*(path for path in OTHER_TOOLS if (world.root / path).exists()))
    world.sync()
    assert len(world.assets()) == 1


def test_s40_a_phones_own_trash_is_a_deletion(world: World) -> None:
    """Android deletes by renaming to ``.trashed-…``: the photo is gone from the folder, and its bytes stay there."""
    world.put("IMG.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.rename("IMG.jpg", ".trashed-1700000000-IMG.jpg")
    world.sync()
    assert world.asset(photo(1)).trashed
    world.rename(".trashed-1700000000-IMG.jpg", "IMG.jpg")
    world.sync()
    assert not world.asset(photo(1)).trashed, "brought back on the phone, brought back in Immich"
    assert world.folder() == {"IMG.jpg": photo(1), "stays.jpg": photo(2)}


def test_s41_syncthings_conflict_copies_stay_and_are_named(world: World) -> None:
    copy = "IMG.sync-conflict-20260501-120000-ABCDEFG.jpg"
    world.put("IMG.jpg", photo(1))
    world.put(copy, photo(2))
    world.settle()
    report = world.run()
    assert world.immich() == [("IMG.jpg", photo(1))]
    assert copy in [trouble.path for trouble in report.troubles]
    assert world.folder() == {"IMG.jpg": photo(1), copy: photo(2)}
    world.assert_quiet()


def test_s60_a_folder_takes_the_place_of_a_file(world: World) -> None:
    world.put("album.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.remove("album.jpg")
    world.put("album.jpg/one.jpg", photo(3))
    world.sync()
    assert world.folder() == {"album.jpg/one.jpg": photo(3), "stays.jpg": photo(2)}
    assert world.asset(photo(1)).trashed
    assert not world.asset(photo(3)).trashed
    world.remove("album.jpg")
    world.put("album.jpg", photo(4))
    world.sync()
    assert world.asset(photo(3)).trashed
    assert world.folder() == {"album.jpg": photo(4), "stays.jpg": photo(2)}
    world.assert_quiet()


def test_s60_a_photo_restored_in_immich_finds_another_place_when_a_folder_has_its_name(world: World) -> None:
    world.put("album.jpg", photo(1))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.immich_trash(photo(1))
    world.sync()
    world.put("album.jpg/one.jpg", photo(3))
    world.immich_restore(photo(1))
    world.sync()
    assert sorted(world.folder().values()) == sorted(map(photo, (1, 2, 3)))
    assert world.folder()["album.jpg/one.jpg"] == photo(3)
    world.assert_quiet()


def test_s60_a_folder_goes_with_its_photos_and_without_what_nobody_looked_at(world: World) -> None:
    """No folder is ever removed with something in it."""
    world.put("album/one.jpg", photo(1))
    world.put("album/notes.txt", photo(3))
    world.put("stays.jpg", photo(2))
    world.sync()
    world.immich_trash(photo(1))
    world.sync()
    assert (world.root / "album/notes.txt").read_bytes() == photo(3)
    assert world.local_trash() == {"album/one.jpg": photo(1)}
