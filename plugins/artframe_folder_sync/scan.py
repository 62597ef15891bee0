"""What lies in the folder? Walks it folder by folder and says for each path: a file, not synced, or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from artframe_folder_sync.disk import Disk
from artframe_folder_sync.ignoring import Rules
from artframe_folder_sync.records import FileFact, Skipped, Unknown


def scan(
    disk: Disk, rules: Rules, folders: Iterable[str] | None = None, *, deep: bool = True
) -> Iterator[FileFact | Skipped | Unknown]:
    """All files below the root, or below these folders (``deep`` False: directly in them), folder by folder.

    A folder of ``folders`` that is really gone yields nothing: all that the state knows below it is missing. OSError
    when the root itself cannot be read. Zero-byte files are told like others.
    """
    raise NotImplementedError
