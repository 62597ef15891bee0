"""How does one photo get from its source into the folder: whole, verified, under its own name, or not at all?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from artframe.core.clock import Clock
from artframe.core.sentence import said
from artframe.core.task import Task
from artframe.errors import ArtframeError, NotReady
from artframe.library.disk import UNNAMEABLE, Disk, Signature, explained
from artframe.library.entry import Entry, microseconds
from artframe.library.ledger import Ledger
from artframe.library.names import plain_name, safe_name
from artframe.library.naming import Naming
from artframe.library.part import PartFile, part_name
from artframe.library.photo import Destination, Photo
from artframe.library.space import Space, TooLarge


class Fetcher(Protocol):
    """What a source does for one photo."""

    def fetch(self, photo: Photo, destination: Destination) -> None: ...


class Damaged(ArtframeError):
    """What came is not what the source announced; it was thrown away."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A photo is in place: its bytes, and whether an older version of it was here before."""

    bytes: int
    replaced: bool


class Arrivals:
    """Brings photos, one call each, from several threads at once; at most ``connections`` fetch.

    ``check`` raises Cancelled when the work should end; ``task`` is told how far each photo is.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        ledger: Ledger,
        disk: Disk,
        naming: Naming,
        space: Space,
        clock: Clock,
        check: Callable[[], None],
        task: Task,
        connections: int,
    ) -> None:
        self._fetcher = fetcher
        # More threads than connections: while one photo is made durable, another one is on the way already.
        self._connections = threading.Semaphore(connections)
        self._ledger = ledger
        self._disk = disk
        self._naming = naming
        self._space = space
        self._clock = clock
        self._check = check
        self._task = task

    def bring(self, entry: Entry) -> Arrived:
        """Fetch, verify and place one photo.

        Raises Damaged, NoRoom, DiskTrouble, Cancelled, and whatever the source's ``fetch`` raises. What was fetched of
        a photo stays for the next try, except when it is damaged, too large, or the disk is full.
        """
        photo = entry.photo
        part = part_name(entry.key, photo.version)
        with self._space.reserve(entry) as reservation:
            try:
                with PartFile(self._disk, part, reservation, self._check) as destination:
                    # Asking a server for what lies behind the end is an error on some: do not.
                    if destination.size == 0 or destination.size != photo.size:
                        if photo.size is not None and destination.size > photo.size:
                            destination.restart()
                        with self._connections:
                            self._check()
                            self._fetch(photo, destination)
                    _verify(photo, destination)
                    destination.finish()
            except (Damaged, TooLarge):
                self._disk.discard(part)
                raise
            except NotReady as error:
                if isinstance(error.__cause__, OSError) and self._disk.free() < reservation.size:
                    # On a full disk half a photo only takes the room that others need.
                    self._disk.discard(part)
                raise
            signature = self._place(entry, photo, part, destination.renamed, destination.sha1)
            reservation.arrived(signature.bytes)
        return Arrived(bytes=signature.bytes, replaced=entry.here)

    def _fetch(self, photo: Photo, destination: PartFile) -> None:
        with self._task.transfer(photo.name, photo.size, done=destination.size) as arrived:
            destination.arrived = arrived
            self._fetcher.fetch(photo, destination)

    def _place(self, entry: Entry, photo: Photo, part: str, renamed: str | None, sha1: str) -> Signature:
        with explained(said("photos.unplaced", "the photo cannot be put into the photos folder")):
            listed = renamed or photo.name
            name, replace = self._target(entry, listed)
            while True:
                if name != entry.file_name or photo.sha1 is None:
                    # After a crash this tells the file under that name to be ours, and complete.
                    self._ledger.placing(entry.key, name, sha1)
                try:
                    if self._disk.place(part, name, replace=replace):
                        break
                except OSError as error:
                    plain = plain_name(listed, entry.id)
                    if error.errno not in UNNAMEABLE or listed == plain:
                        raise
                    listed = plain
                # A person put a file there since we chose the name, or the disk cannot keep the name.
                unusable = name
                name, replace = self._free(listed), False
                if unusable != entry.file_name:
                    self._ledger.release([unusable])
            self._disk.settle()
            signature = self._disk.signature(name)
            if signature is None:
                raise FileNotFoundError(f"{name} vanished while it was being put into the photos folder")
            old = self._ledger.placed(entry.key, name, photo.version, sha1, signature, microseconds(self._clock.now()))
            if old is not None:
                if self._is_ours(entry):
                    self._disk.remove(old)
                    self._disk.settle()
                self._ledger.release([old])
        return signature

    def _target(self, entry: Entry, listed: str) -> tuple[str, bool]:
        """The final name, and whether a file of ours there is to be replaced. A photo keeps its name while it fits."""
        wanted = safe_name(listed, entry.id)
        if entry.file_name is None or _suffix(entry.file_name) != _suffix(wanted):
            return self._free(listed), False
        if entry.here:
            if self._is_ours(entry):
                return entry.file_name, True
            if self._disk.occupied(entry.file_name):
                return self._free(listed), False
        return entry.file_name, False

    def _free(self, listed: str) -> str:
        return self._naming.choose([safe_name(listed, "")])[0]

    def _is_ours(self, entry: Entry) -> bool:
        """Whether the file under the photo's name is as we left it."""
        if entry.file_name is None or not entry.here:
            return False
        found = self._disk.signature(entry.file_name)
        return found is not None and (found.bytes, found.mtime_ns) == (entry.bytes, entry.mtime_ns)


def _verify(photo: Photo, destination: PartFile) -> None:
    if destination.size == 0:
        raise Damaged("nothing came: the photo is empty")
    if photo.size is not None and destination.size != photo.size:
        raise Damaged(f"{destination.size:,} bytes came instead of {photo.size:,}")
    if photo.sha1 is not None and destination.sha1 != photo.sha1:
        raise Damaged("what came has another checksum than the source announced")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
