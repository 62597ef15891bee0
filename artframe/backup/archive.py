"""How do the files of a backup stand in one file, and how are they taken out of one that nobody knows?"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from artframe.backup.contents import (
    LARGEST_BACKUP,
    LARGEST_CONTENT,
    LARGEST_FILE,
    MANIFEST,
    MOST_FILES,
    VERSION,
    is_known,
)
from artframe.errors import CommandError

_FORMAT = "artframe backup"
_END = struct.Struct("<4s4H2LH")
_END_MARK, _LARGE_MARK = b"PK\5\6", b"PK\6\7"
_LARGE_MARK_BYTES = 20
_LONGEST_DIRECTORY = MOST_FILES * 256
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_TOO_MANY = f"it holds more than {MOST_FILES} files"


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A whole backup: ``files`` by name, secrets in plain text.

    ``unusable`` are the configuration files that could not be used on the frame which made it, ``created`` is aware.
    """

    artframe: str
    frame: str
    created: datetime
    files: Mapping[str, bytes] = field(repr=False)
    unusable: tuple[str, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        """Which one it is, for people."""
        return {"frame": self.frame, "created": self.created.isoformat(timespec="seconds"), "artframe": self.artframe}


def packed(backup: Backup) -> bytes:
    """The whole backup as one file. In memory: it is small, and its secrets leave no trace on a disk."""
    manifest = {
        "format": _FORMAT,
        "version": VERSION,
        **backup.about,
        "unusable": list(backup.unusable),
        "files": {name: _facts(content) for name, content in backup.files.items()},
    }
    moment = backup.created.timetuple()[:6]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(MANIFEST, json.dumps(manifest, indent=1).encode()), *backup.files.items()]:
            entry = zipfile.ZipInfo(name, (max(moment[0], 1980), *moment[1:]))
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def read(path: Path) -> Backup:
    """Take a backup apart, believing nothing in it. Raises CommandError; changes nothing, extracts nothing."""
    try:
        with path.open("rb") as file:
            _look_at_the_end(file)
            with zipfile.ZipFile(file) as archive:
                files = dict(_taken_out(archive))
    except OSError as error:
        raise _refused(f"it cannot be read ({error.strerror or type(error).__name__})") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error):
        raise _refused("it is damaged, or no ZIP file") from None
    manifest = files.pop(MANIFEST, None)
    if manifest is None:
        raise _refused(f"there is no {MANIFEST} in it")
    return _checked(_parsed(manifest), files)


def _look_at_the_end(file: BinaryIO) -> None:
    """The list of files stands at the end, and is read as a whole: first see that it is a small one."""
    size = file.seek(0, 2)
    if size > LARGEST_BACKUP:
        raise _refused(f"it has {size >> 20} MB, and a backup never has more than {LARGEST_BACKUP >> 20}")
    if size < _END.size:
        raise _refused("it is damaged, or no ZIP file")
    file.seek(-_END.size, 2)
    mark, _, _, _, count, directory, _, comment = _END.unpack(file.read(_END.size))
    file.seek(max(size - _END.size - _LARGE_MARK_BYTES, 0))
    large = file.read(4) == _LARGE_MARK
    if mark != _END_MARK or comment or large:
        raise _refused("it is damaged, or no ZIP file that artframe made")
    if count > MOST_FILES + 1 or directory > _LONGEST_DIRECTORY:
        raise _refused(_TOO_MANY)
    file.seek(0)


def _taken_out(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    if len(archive.infolist()) > MOST_FILES + 1:
        raise _refused(_TOO_MANY)
    seen: set[str] = set()
    total = 0
    for entry in archive.infolist():
        shown = ascii(entry.filename)[:100]
        if entry.filename in seen:
            raise _refused(f"it holds {shown} twice")
        seen.add(entry.filename)
        # Only names of a fixed list: nothing absolute, no way up, no folder.
        if entry.filename != MANIFEST and not is_known(entry.filename):
            raise _refused(f"{shown} is no part of a backup")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise _refused(f"{shown} is no plain file")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise _refused(f"{shown} is encrypted, or packed in a way that artframe does not use")
        # What the list says of the size may be a lie: not more than that is ever unpacked.
        with archive.open(entry) as packed:
            content = packed.read(LARGEST_FILE + 1)
        total += len(content)
        if len(content) > LARGEST_FILE or total > LARGEST_CONTENT:
            raise _refused(f"{shown} is too large for a file of a backup")
        yield entry.filename, content


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
        if isinstance(manifest, dict) and manifest.get("format") == _FORMAT:
            return manifest
    except (ValueError, RecursionError):
        pass
    raise _refused(f"its {MANIFEST} cannot be read")


def _checked(manifest: dict[str, Any], files: dict[str, bytes]) -> Backup:
    version = manifest.get("version")
    if isinstance(version, int) and version > VERSION:
        raise CommandError(
            f"this backup was made by a newer artframe ({str(manifest.get('artframe'))[:40]}); nothing was changed",
            "update artframe on this frame, then restore it",
            exit_code=78,
        )
    try:
        told = {str(name): (facts["sha256"], facts["size"]) for name, facts in manifest["files"].items()}
        backup = Backup(
            artframe=str(manifest["artframe"])[:40],
            frame=str(manifest["frame"])[:100],
            created=datetime.fromisoformat(manifest["created"]),
            unusable=tuple(str(name) for name in manifest["unusable"] if name in files),
            files=files,
        )
        if backup.created.tzinfo is None or version != VERSION:
            raise ValueError("no such version")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _refused(f"its {MANIFEST} cannot be read") from None
    for name in sorted(told.keys() | files.keys()):
        if name not in files:
            raise _refused(f"{ascii(name)[:100]} is missing in it")
        if name not in told:
            raise _refused(f"{name} is in it, and its {MANIFEST} does not know it")
        facts = _facts(files[name])
        if told[name] != (facts["sha256"], facts["size"]):
            raise _refused(f"{name} is damaged: it is not what was saved")
    return backup


def _facts(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _refused(why: str) -> CommandError:
    return CommandError(
        f"this is no backup that can be restored: {why}; nothing was changed",
        "take the file just as 'artframe backup create' made it, not unpacked or packed anew",
        exit_code=65,
    )
