"""A backup file from anywhere is taken apart without believing anything in it."""

from __future__ import annotations

import io
import json
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artframe.backup.archive import read
from artframe.backup.contents import MANIFEST
from artframe.errors import CommandError
from tests.backup.conftest import backup, pack

FRAME = b'{"name": "Hall"}'


def good(path: Path) -> Path:
    return pack(path / "good.zip", backup({"config/frame.json": FRAME}))


def rebuilt(
    path: Path,
    *,
    manifest: Callable[[dict[str, Any]], Any] = lambda known: known,
    more: Callable[[zipfile.ZipFile], None] = lambda archive: None,
) -> Path:
    """A good backup, taken apart and put together by somebody else."""
    with zipfile.ZipFile(good(path)) as archive:
        known = json.loads(archive.read(MANIFEST))
    changed = path / "changed.zip"
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        told = manifest(known)
        archive.writestr(MANIFEST, told if isinstance(told, bytes) else json.dumps(told))
        archive.writestr("config/frame.json", FRAME)
        more(archive)
    return changed


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as error:
        read(path)
    assert "nothing was changed" in error.value.message
    assert error.value.hint
    return error.value.message


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    found = read(good(tmp_path))
    assert dict(found.files) == {"config/frame.json": FRAME}
    assert (found.frame, found.artframe, found.unusable) == ("Frame", "0.1", ())


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "config/../../secret",
        "config/plugins/../frame.json",
        "config/plugins/UPPER.json",
        "config/plugins/a/b.json",
        "config/plugins/.json",
        "config/frame.json/",
        "config\\frame.json",
        "state/library.db",
        "state/artframe.lock",
        "plugins/album/family/photos/a.jpg",
        "./config/frame.json",
    ],
)
def test_no_name_leads_anywhere_else(tmp_path: Path, name: str) -> None:
    # Its manifest is in order: whoever sends such a file has seen to that.
    assert "is no part of a backup" in refused(
        pack(tmp_path / "evil.zip", backup({"config/frame.json": FRAME, name: b"{}"}))
    )


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFDIR])
def test_only_plain_files_are_taken(tmp_path: Path, kind: int) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("config/plugins/family.json")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, b"/etc/passwd")

    assert "no plain file" in refused(rebuilt(tmp_path, more=add))


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        changed = rebuilt(tmp_path, more=lambda archive: archive.writestr("config/frame.json", b"{}"))
    assert "twice" in refused(changed)


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("config/plugins/bomb.json", b"\0" * (512 << 20), zipfile.ZIP_DEFLATED)

    bomb = rebuilt(tmp_path, more=add)
    assert bomb.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        assert "too large" in refused(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20


def test_many_files_of_allowed_size_are_a_bomb_as_well(tmp_path: Path) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        for number in range(9):
            archive.writestr(f"config/plugins/bomb{number}.json", b"\0" * (6 << 20))

    assert "too large" in refused(rebuilt(tmp_path, more=add))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_packing_that_artframe_uses_is_unpacked(tmp_path: Path, method: int) -> None:
    changed = rebuilt(tmp_path, more=lambda archive: archive.writestr("config/plugins/a.json", b"{}", method))
    assert "packed in a way" in refused(changed)


def test_a_list_of_a_million_files_is_not_even_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(3000):
            archive.writestr(f"config/plugins/{number}.json", b"{}")
    path = tmp_path / "many.zip"
    path.write_bytes(file.getvalue())
    assert "more than 1000 files" in refused(path)
    # The same with a lie about their number.
    content = bytearray(file.getvalue())
    struct.pack_into("<2H", content, len(content) - 14, 1, 1)
    path.write_bytes(content)
    assert "more than 1000 files" in refused(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"no zip at all" * 10, b"PK\5\6" + b"\0" * 18, b"PK\5\6" + b"\xff" * 18],
    ids=["empty", "two bytes", "a text", "an empty archive", "nonsense"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.zip"
    path.write_bytes(content)
    refused(path)


def test_every_cut_and_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    content = good(tmp_path).read_bytes()
    path = tmp_path / "cut.zip"
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        refused(path)
    noticed = 0
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 0x41
        path.write_bytes(flipped)
        try:
            assert dict(read(path).files) == {"config/frame.json": FRAME}, "what is taken is what was saved"
        except CommandError:
            noticed += 1
    assert noticed > len(content) // 2


@pytest.mark.parametrize(
    "manifest",
    [
        lambda known: b"{",
        lambda known: b"[]",
        lambda known: b"[" * 100_000,
        lambda known: {},
        lambda known: {**known, "format": "another"},
        lambda known: {**known, "version": "1"},
        lambda known: {**known, "version": 0},
        lambda known: {**known, "files": []},
        lambda known: {**known, "files": {}},
        lambda known: {**known, "files": {**known["files"], "config/secrets.json": {"sha256": "", "size": 0}}},
        lambda known: {**known, "files": {"config/frame.json": {"sha256": "0" * 64, "size": len(FRAME)}}},
        lambda known: {**known, "created": "yesterday"},
        lambda known: {**known, "created": "2026-05-01T00:00:00"},
        lambda known: {**known, "unusable": 7},
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(tmp_path: Path, manifest: Callable[[dict[str, Any]], Any]) -> None:
    refused(rebuilt(tmp_path, manifest=manifest))


def test_a_backup_of_a_newer_artframe_is_refused_and_says_so(tmp_path: Path) -> None:
    newer = rebuilt(tmp_path, manifest=lambda known: {**known, "version": 2, "artframe": "9.0"})
    assert "newer artframe (9.0)" in refused(newer)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "missing.zip")
