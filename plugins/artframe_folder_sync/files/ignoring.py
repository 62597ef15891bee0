"""What is not synced? Temporary and system names of all kinds, a person's patterns, what Immich does not take."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec

from artframe.immich import MediaTypes
from artframe.plugin import ConfigError
from artframe_folder_sync.files.disk import Disk

IGNORE_FILE = ".artframe-ignore"
CONFLICT_COPY = "a conflict copy of Syncthing: decide which one to keep, and rename or delete the other"
_LARGEST_IGNORE_FILE = 1 << 20

_OURS = "it belongs to artframe"
_SYNCTHING = "it belongs to Syncthing"
_HIDDEN = "hidden: its name begins with a dot"
_UNFINISHED = "a temporary file: another program is still writing it"
_TRASHED = "a phone's trash"
_SYSTEM = "it belongs to the operating system"
_SMALL = "small copies that a program made of the photos"

_FOLDERS = {
    **dict.fromkeys((".artframe-trash", ".artframe-tmp"), _OURS),
    **dict.fromkeys((".stfolder", ".stversions"), _SYNCTHING),
    **dict.fromkeys((".rsync-partial", ".~tmp~", "@tmp", ".@upload_cache"), _UNFINISHED),
    **dict.fromkeys(("@eadir", "@__thumb", ".@__thumb", ".thumbnails", "thumbnails", ".photostructure"), _SMALL),
    **dict.fromkeys(("#recycle", "@recycle", "$recycle.bin", "recycler", ".trashes"), "a trash of the system"),
    "recently deleted": _TRASHED,
    "lightroom catalog": "the catalogue of a program, not photos",
    **dict.fromkeys(
        ("system volume information", "lost+found", "@recently-snapshot", "#snapshot", "found.000"), _SYSTEM
    ),
}
_FILES = {
    **dict.fromkeys((".artframe-sync", IGNORE_FILE), _OURS),
    ".stignore": _SYNCTHING,
    **dict.fromkeys(("thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r"), _SYSTEM),
}
_BEGINNINGS = {
    ".syncthing.": _UNFINISHED,
    "~syncthing~": _UNFINISHED,
    ".unison.": _UNFINISHED,
    ".in.": _UNFINISHED,
    ".~": _UNFINISHED,
    ".pending-": _UNFINISHED,
    ".trashed-": _TRASHED,
    "._": _SYSTEM,
    ".": _HIDDEN,
}
_UNFINISHED_ENDINGS = frozenset(
    {"tmp", "temp", "part", "partial", "filepart", "crdownload", "download", "opdownload", "duckpart", "swp", "aria2"}
)
_CONFLICT = re.compile(r"\.sync-conflict-\d{8}-\d{6}(-[A-Z0-9]{7})?(?=\.|$)")


class Rules:
    """Why a path is not synced, as a text for people; None: it is."""

    fingerprint: str
    """Changes when anything changes that decides the scope."""

    def __init__(self, patterns: Iterable[str], media_types: MediaTypes) -> None:
        """Patterns in the manner of .gitignore; ConfigError names one that is none."""
        self._patterns = tuple(one for one in patterns if one.strip() and not one.startswith("#"))
        self._endings = frozenset(media_types.images | media_types.videos | media_types.sidecars)
        self._spec = _compiled(self._patterns)
        self._any = bool(self._patterns)
        scope = json.dumps([self._patterns, sorted(self._endings)])
        self.fingerprint = hashlib.sha256(scope.encode()).hexdigest()

    def folder(self, path: str) -> str | None:
        """The folder itself; the caller has asked about the folders above."""
        name = path.rpartition("/")[2].lower()
        if (reason := _FOLDERS.get(name)) is not None:
            return reason
        if name.startswith("."):
            return _HIDDEN
        if name.endswith(".lrdata"):
            return _SMALL
        return self._pattern(f"{path}/") if self._any else None

    def file(self, path: str) -> str | None:
        """The file itself; the caller has asked about the folders above."""
        name = path.rpartition("/")[2]
        stem, _, ending = name.rpartition(".")
        ending = ending.lower()
        if f".{ending}" not in self._endings or not stem or name[0] in ".~":
            return _foreign(name, stem, ending, self._endings)
        if ".sync-conflict-" in name and _CONFLICT.search(name):
            return CONFLICT_COPY
        return self._pattern(path) if self._any else None

    def why(self, path: str) -> str | None:
        """A file with all its folders, from the top."""
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if (reason := self.folder("/".join(parts[:depth]))) is not None:
                return reason
        return self.file(path)

    def _pattern(self, path: str) -> str | None:
        found = self._spec.check_file(path)
        if not found.include or found.index is None:
            return None
        return f"ignored by the pattern {self._patterns[found.index]!r}"


def _foreign(name: str, stem: str, ending: str, endings: frozenset[str]) -> str | None:
    """What has a name that is never synced, or an ending that the server does not take."""
    lower = name.lower()
    if (reason := _FILES.get(lower)) is not None:
        return reason
    for beginning, reason in _BEGINNINGS.items():
        if lower.startswith(beginning):
            return reason
    if ending in _UNFINISHED_ENDINGS:
        return _UNFINISHED
    if not stem:
        return "it has no ending like .jpg, so Immich does not take it"
    return None if f".{ending}" in endings else f"Immich does not take .{ending} files"


def _compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error) as error:
            raise ConfigError(
                f"{pattern!r} is no pattern for files that are not synced, so nothing is synced until it is mended",
                f"change it in the setting 'ignore' or in {IGNORE_FILE}: as for .gitignore, like *.png or /Private/",
            ) from error
    return GitIgnoreSpec.from_lines(patterns)


def read_rules(disk: Disk, patterns: Iterable[str], media_types: MediaTypes) -> Rules:
    """``patterns``, then those of the folder's own ``.artframe-ignore``. OSError when that is there but unreadable."""
    try:
        with disk.open(IGNORE_FILE) as file:
            content = file.read(_LARGEST_IGNORE_FILE)
    except FileNotFoundError:
        content = b""
    # Names that are no UTF-8 can be written there as the bytes that they are.
    lines = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").splitlines()
    return Rules([*patterns, *lines], media_types)
