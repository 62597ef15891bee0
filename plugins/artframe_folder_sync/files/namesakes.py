"""Which name does a photo get that comes into the folder, so that no device takes it for another one there?

Two files whose names differ in case only are two photos on this disk. On a phone's card, a Mac or a Windows share that
carries the same folder they are one, so nothing that we bring makes such a pair.
"""

from __future__ import annotations

from collections.abc import Iterator

from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.names import clash_name, folded


class Namesakes:
    """What is in the folder by nearly its name. Each folder is read once; what we bring is to be told with ``took``.

    OSError as it comes when a folder cannot be read.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._files: dict[str, set[str]] = {}
        self._folders: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def apart(self, names: Iterator[str], asset_id: str) -> Iterator[str]:
        """The same paths, with a part of the id in those that nearly exist, in the folders that nearly are theirs."""
        for wanted in names:
            folder, _, name = wanted.rpartition("/")
            path = f"{self.home(folder)}/{name}" if folder else name
            second = clash_name(path, asset_id)
            for one in (path, second, clash_name(second, asset_id)):
                if not self._has_namesake(one):
                    yield one
                    break

    def home(self, folder: str) -> str:
        """The folder that is there already, if the only difference to it is that of case or accents; else this one."""
        if folder and folder not in self._homes:
            above, _, name = folder.rpartition("/")
            above = self.home(above)
            alike = [one for one in self._folders_in(above) if folded(one) == folded(name)]
            chosen = name if name in alike or len(alike) != 1 else alike[0]
            self._homes[folder] = f"{above}/{chosen}" if above else chosen
        return self._homes[folder] if folder else ""

    def took(self, path: str) -> None:
        """There is a file at this path now."""
        folder, _, name = path.rpartition("/")
        if folder in self._files:
            self._files[folder].add(folded(name))
        while folder:
            folder, _, name = folder.rpartition("/")
            if folder in self._folders and name not in self._folders[folder]:
                self._folders[folder].append(name)

    def _has_namesake(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if folder not in self._files:
            self._files[folder] = set(map(folded, names_in(self._disk, folder)))
        if folded(name) not in self._files[folder]:
            return False
        # Rare, so it is worth another look: what was there may have gone meanwhile.
        there = [one for one in names_in(self._disk, folder) if folded(one) == folded(name)]
        return bool(there) and name not in there

    def _folders_in(self, folder: str) -> list[str]:
        if folder not in self._folders:
            try:
                with self._disk.folder(folder) as opened:
                    self._folders[folder] = opened.names().folders
            except FileNotFoundError:
                return []
        return self._folders[folder]


def names_in(disk: Disk, folder: str) -> list[str]:
    """The names of the files directly in a folder, synced or not; none where there is no such folder. OSError."""
    try:
        with disk.folder(folder) as opened:
            names = opened.names()
    except FileNotFoundError:
        return []
    return [*names.files, *names.links, *names.others, *names.unclear]
