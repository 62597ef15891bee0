"""Where do the bytes of one photo go while they are being fetched?"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from types import TracebackType

from artframe.core.sentence import said
from artframe.library.disk import Disk, explained
from artframe.library.space import Reservation

_CHUNK = 1024 * 1024


def part_name(key: int, version: str) -> str:
    """The unfinished file of one version of a photo: another version never goes on where this one stopped."""
    return (
        f"{key}-{hashlib.sha1(version.encode('utf-8', 'surrogatepass'), usedforsecurity=False).hexdigest()[:12]}.part"
    )


class PartFile:
    """The Destination that a source writes into: counts and hashes on the way, keeps what an interruption left.

    ``check`` raises Cancelled when the work should end. ``arrived`` is told how many bytes are here.
    """

    def __init__(self, disk: Disk, name: str, reservation: Reservation, check: Callable[[], None]) -> None:
        self._disk = disk
        self._name = name
        self._reservation = reservation
        self._check = check
        self.renamed: str | None = None
        self.arrived: Callable[[int], None] = lambda size: None
        with explained(said("photos.part_unopened", "the unfinished photo cannot be opened")):
            self._file = disk.open_part(name)
            self._start()

    def _start(self) -> None:
        self._hash = hashlib.sha1(usedforsecurity=False)
        self.size = 0
        while piece := self._file.read(_CHUNK):
            self._hash.update(piece)
            self.size += len(piece)
        self._reservation.written = self.size

    @property
    def offset(self) -> int:
        return self.size

    @property
    def sha1(self) -> str:
        """Of all bytes so far, hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        self._check()
        self._reservation.grow(len(data))
        with explained(said("photos.unwritten", "the photo cannot be written")):
            self._disk.append(self._file, data)
        self._hash.update(data)
        self.size += len(data)
        self.arrived(self.size)

    def restart(self) -> None:
        with explained(said("photos.unwritten", "the photo cannot be written")):
            self._file.truncate(0)
            self._file.seek(0)
            self._start()
        self._reservation.rewind()
        self.arrived(self.size)

    def rename(self, name: str) -> None:
        self.renamed = name

    def finish(self) -> None:
        """All bytes are here: make them durable."""
        with explained(said("photos.unwritten", "the photo cannot be written")):
            try:
                self._disk.finish(self._file)
            except OSError:
                # The kernel reports a failed write once and takes the pages for written from then on.
                with contextlib.suppress(OSError):
                    self._disk.discard(self._name)
                raise

    def __enter__(self) -> PartFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
