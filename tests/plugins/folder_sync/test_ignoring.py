"""What is never synced, in the words that a person reads."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from artframe.errors import ConfigError
from artframe.immich import MediaTypes
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import CONFLICT_COPY, Rules, read_rules

MEDIA = MediaTypes(
    images=frozenset({".jpg", ".jpeg", ".heic", ".dng"}),
    videos=frozenset({".mp4", ".mov"}),
    sidecars=frozenset({".xmp"}),
)
RULES = Rules([], MEDIA)


SYNCED = ["IMG_1.jpg", "a/IMG_1.JPG", "a.b/c d.HEIC", "v.mp4", "IMG_1.jpg.xmp", "ü\n😀.jpg", os.fsdecode(b"\xff.jpg")]
SYNCED += ["PXL_1.MP.jpg", "MVIMG_1.jpg", "tmp.jpg", "my.part.jpg", "sync-conflict.jpg", "@eaDir.jpg", "thumbnails.jpg"]


@pytest.mark.parametrize("path", SYNCED)
def test_photos_videos_and_sidecars_are_synced(path: str) -> None:
    assert RULES.file(path) is None
    assert RULES.why(path) is None


UNFINISHED = [
    ".syncthing.IMG_1.jpg.tmp",
    "~syncthing~IMG_1.jpg.tmp",
    "IMG_1.jpg.1a2b3c4d.partial",
    "IMG_1.jpg.filepart",
]
UNFINISHED += [".unison.IMG_1.jpg.abc.unison.tmp", ".IMG_1.jpg.~123", "IMG_1.jpg.crdownload", "IMG_1.jpg.part"]
UNFINISHED += [
    ".pending-1700000000-IMG_1.jpg",
    ".~IMG_1.jpg",
    ".in.IMG_1.jpg.",
    "IMG_1.jpg.duckpart",
    "IMG_1.jpg.download",
]
SYSTEM = [
    "._IMG_1.jpg",
    ".DS_Store",
    "Thumbs.db",
    "THUMBS.DB",
    "desktop.ini",
    ".trashed-1700000000-IMG_1.jpg",
    ".stignore",
]
SYSTEM += [".artframe-sync", ".artframe-ignore", ".IMG_1.jpg.Xy12Ab", ".hidden.jpg", ".jpg", ".nomedia"]
OTHERS = ["notes.txt", "scan.pdf", "data.json", "no ending", "clip.MP", "jpg", "IMG_1.jpg~", "x.", ".stfolder"]


@pytest.mark.parametrize("name", UNFINISHED + SYSTEM + OTHERS)
def test_temporary_system_and_other_files_are_not(name: str) -> None:
    assert RULES.file(name)
    assert RULES.file(f"a/{name}") == RULES.file(name)


@pytest.mark.parametrize("name", [one for one in UNFINISHED if not one.startswith(".IMG")])
def test_files_that_are_being_written_are_called_so(name: str) -> None:
    assert "still writing it" in str(RULES.file(name))


FOLDERS = [".stfolder", ".stversions", ".artframe-trash", ".artframe-tmp", ".rsync-partial", ".~tmp~", ".Trash-1000"]
FOLDERS += [
    "@__thumb",
    "thumbnails",
    ".thumbnails",
    "Lightroom Catalog",
    ".photostructure",
    "Recently Deleted",
    "@EADIR",
]
FOLDERS += [
    "System Volume Information",
    "lost+found",
    "Previews.lrdata",
    ".hidden",
    "$RECYCLE.BIN",
    "@eaDir",
    "#recycle",
]


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_of_systems_and_programs_are_not_entered(name: str) -> None:
    assert RULES.folder(name)
    assert RULES.folder(f"a/{name}")
    assert RULES.why(f"a/{name}/b/IMG_1.jpg") == RULES.folder(name)


@pytest.mark.parametrize("name", ["2024", "Sommer 2024", "a.b", "eaDir", "stversions", "recycle"])
def test_other_folders_are(name: str) -> None:
    assert RULES.folder(name) is None


@pytest.mark.parametrize(
    "name", ["IMG.sync-conflict-20260101-120000-ABCDEF7.jpg", "IMG.sync-conflict-20260101-120000.jpg"]
)
def test_conflict_copies_of_syncthing_are_told_apart(name: str) -> None:
    assert RULES.file(name) == CONFLICT_COPY


def test_reasons_name_what_immich_does_not_take() -> None:
    assert RULES.file("a/scan.PDF") == "Immich does not take .pdf files"
    assert "no ending" in str(RULES.file("a/README"))


def test_patterns_are_those_of_gitignore() -> None:
    rules = Rules(["# drafts", "", "  ", "*.tmp.jpg", "/Private/", "drafts", "*.mp4", "!keep.mp4", "a/**/b.jpg"], MEDIA)
    assert rules.file("x/1.tmp.jpg") == "ignored by the pattern '*.tmp.jpg'"
    assert rules.folder("Private") == "ignored by the pattern '/Private/'"
    assert rules.folder("x/Private") is None
    assert rules.folder("x/drafts") == "ignored by the pattern 'drafts'"
    assert rules.why("x/drafts/y/1.jpg") == "ignored by the pattern 'drafts'"
    assert rules.file("1.mp4") == "ignored by the pattern '*.mp4'"
    assert rules.file("keep.mp4") is None
    assert rules.file("a/x/y/b.jpg") == "ignored by the pattern 'a/**/b.jpg'"
    assert rules.file("1.jpg") is None


def test_no_pattern_brings_back_what_is_never_synced() -> None:
    rules = Rules(["!.stversions/", "!*.txt", "!.hidden.jpg"], MEDIA)
    assert rules.folder(".stversions")
    assert rules.file("x.txt")
    assert rules.file(".hidden.jpg")


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a].jpg"])
def test_a_pattern_that_is_none_is_named_and_nothing_is_guessed(pattern: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Rules(["*.mp4", pattern], MEDIA)
    assert repr(pattern) in caught.value.message
    assert ".artframe-ignore" in caught.value.hint


def test_the_folders_own_file_comes_after_the_settings(tmp_path: Path) -> None:
    (tmp_path / ".artframe-ignore").write_bytes(b"\xef\xbb\xbf# mine\r\n!*.mp4\r\n/caf\xe9.jpg\n")
    rules = read_rules(Disk(tmp_path), ["*.mp4"], MEDIA)
    assert rules.file("1.mp4") is None
    assert rules.file(os.fsdecode(b"caf\xe9.jpg"))


def test_no_file_of_its_own_is_fine_but_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    assert read_rules(Disk(tmp_path), [], MEDIA).file("1.mp4") is None

    def fail(operation: str, path: str) -> None:
        if path == ".artframe-ignore":
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with pytest.raises(OSError, match="Input/output"):
        read_rules(Disk(tmp_path, probe=fail), [], MEDIA)
    (tmp_path / ".artframe-ignore").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="link"):
        read_rules(Disk(tmp_path), [], MEDIA)


def test_the_fingerprint_changes_with_whatever_decides_the_scope() -> None:
    other = MediaTypes(images=MEDIA.images | {".psd"}, videos=MEDIA.videos, sidecars=MEDIA.sidecars)
    prints = [Rules([], MEDIA), Rules(["*.mp4"], MEDIA), Rules(["!*.mp4"], MEDIA), Rules([], other)]
    assert len({one.fingerprint for one in prints}) == 4
    assert Rules(["*.mp4"], MEDIA).fingerprint == prints[1].fingerprint
