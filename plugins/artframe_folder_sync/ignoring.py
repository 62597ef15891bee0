"""What is not synced? Temporary and system names of all kinds, a person's patterns, what Immich does not take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from artframe_folder_sync.disk import Disk

IGNORE_FILE = ".artframe-ignore"
CONFLICT_COPY = "a conflict copy of Syncthing: decide which one to keep, and rename or delete the other"


class MediaTypes(Protocol):
    """What the server takes: lower-case extensions with the dot."""

    @property
    def images(self) -> Collection[str]: ...
    @property
    def videos(self) -> Collection[str]: ...
    @property
    def sidecars(self) -> Collection[str]: ...


class Rules:
    """Why a path is not synced, as a text for people; None: it is."""

    fingerprint: str
    """Changes when anything changes that decides the scope."""

    def __init__(self, patterns: Iterable[str], media_types: MediaTypes) -> None:
        """Patterns in the manner of .gitignore; ConfigError names one that is none."""
        raise NotImplementedError

    def folder(self, path: str) -> str | None:
        """The folder itself; the caller has asked about the folders above."""
        raise NotImplementedError

    def file(self, path: str) -> str | None:
        """The file itself; the caller has asked about the folders above."""
        raise NotImplementedError

    def why(self, path: str) -> str | None:
        """A file with all its folders, from the top."""
        raise NotImplementedError


def read_rules(disk: Disk, patterns: Iterable[str], media_types: MediaTypes) -> Rules:
    """``patterns``, then those of the folder's own ``.artframe-ignore``. OSError when that is there but unreadable."""
    raise NotImplementedError
