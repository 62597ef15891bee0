"""Where do finished, panel-sized renditions wait, so that a photo is decoded in full only once?"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from artframe.library.photo import LocalPhoto

# Behind the JPEG's own end, where picture viewers do not look: what proves after a power cut that all of it is there.
_MAGIC = b"artframe"
_TRAILER = len(_MAGIC) + 8
_TOUCH_AFTER = 24 * 3600.0  # seconds: to note every single use on disk would wear out an SD card

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RenditionKey:
    """What a rendition was made of: a photo, its version, and how it was laid out (panel size, fit, background)."""

    source: str
    photo: str
    version: str
    layout: str

    @property
    def name(self) -> str:
        parts = "\0".join((self.source, self.photo, self.version, self.layout))
        return hashlib.sha256(parts.encode()).hexdigest()[:40]


def rendition_key(local: LocalPhoto, layout: str) -> RenditionKey:
    """The key of a photo's rendition. While a new version is listed and still on its way, the file is of the old one.

    Blocking; a file that is gone is a version of its own.
    """
    version = local.photo.version
    with contextlib.suppress(OSError):
        found = local.path.stat()
        version = f"{version}\0{found.st_size}\0{found.st_mtime_ns}"
    return RenditionKey(source=local.source, photo=local.photo.id, version=version, layout=layout)


class Renditions:
    """A folder of encoded pictures, bounded in bytes; the ones not used for longest make room. Any thread.

    It is a cache in every sense: a full disk, a broken file or a deleted folder costs time, never a picture, so nothing
    here raises for them. Nobody else writes into the folder. ``spare`` bytes of its disk stay free for what cannot be
    made again: renditions give way to that.
    """

    def __init__(self, folder: Path, *, limit: int, spare: int = 0) -> None:
        self._folder = folder
        self._limit = limit
        self._spare = spare
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] | None = None  # least recently used first; read from disk at first use
        self._total = 0
        self._failing = False

    def get(self, key: RenditionKey) -> bytes | None:
        """Return the encoded picture, or None. A damaged file is removed and counts as not there."""
        name = key.name
        with self._lock:
            sizes = self._known()
            if name not in sizes:
                return None
            sizes.move_to_end(name)
        path = self._path(name)
        try:
            stored = path.read_bytes()
            self._note_use(path)
        except OSError:
            self.drop(key)
            return None
        data, trailer = stored[:-_TRAILER], stored[-_TRAILER:]
        if trailer != _trailer(data):
            log.warning("a cached rendition was damaged and is made again (%s)", path.name)
            self.drop(key)
            return None
        return data

    def put(self, key: RenditionKey, data: bytes) -> None:
        """Keep an encoded picture, in place of the least recently used ones if there is no room left."""
        size = len(data) + _TRAILER
        if size > self._limit:
            return
        path = self._path(key.name)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_way(size)
            _write(path, data + _trailer(data))
        except OSError as error:
            self._report(error)
            return
        self._report(None)
        with self._lock:
            sizes = self._known()
            self._total += size - sizes.pop(key.name, 0)
            sizes[key.name] = size
        self._give_up(self._total - self._limit)

    def make_way(self) -> None:
        """Give up what the disk lacks of its spare room now."""
        with contextlib.suppress(OSError):
            self._give_up(self._spare - shutil.disk_usage(self._folder).free)

    def drop(self, key: RenditionKey) -> None:
        """Forget one rendition; nothing happens if it is not there."""
        with self._lock:
            self._total -= self._known().pop(key.name, 0)
        self._delete(key.name)

    @property
    def size(self) -> int:
        """How many bytes all renditions take."""
        with self._lock:
            self._known()
            return self._total

    def _make_way(self, size: int) -> None:
        """Give up renditions as long as the disk lacks room; OSError if it still does without any."""
        short = size + self._spare - shutil.disk_usage(self._folder).free
        if short > 0 and self._give_up(short) < short:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _give_up(self, wanted: int) -> int:
        """Delete the least recently used ones until so many bytes are gone, or nothing is left; how many that were."""
        gone, names = 0, []
        with self._lock:
            sizes = self._known()
            while gone < wanted and sizes:
                name, size = sizes.popitem(last=False)
                gone += size
                names.append(name)
            self._total -= gone
        for name in names:
            self._delete(name)
        return gone

    def _known(self) -> OrderedDict[str, int]:
        if self._sizes is None:
            found = []
            for path in self._folder.glob("??/*"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    if path.suffix == ".jpg":
                        found.append((status.st_mtime, path.stem, status.st_size))
                    else:
                        path.unlink()  # a write that a power cut ended
            self._sizes = OrderedDict((name, size) for _, name, size in sorted(found))
            self._total = sum(self._sizes.values())
        return self._sizes

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.jpg"

    def _delete(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._path(name).unlink()

    def _note_use(self, path: Path) -> None:
        # abs(): after the clock was wrong by years, the last use may seem to lie in the future.
        if abs(time.time() - path.stat().st_mtime) > _TOUCH_AFTER:
            os.utime(path)

    def _report(self, error: OSError | None) -> None:
        if error is not None and not self._failing:
            log.warning("renditions cannot be kept (%s); photos are decoded each time instead", error.strerror or error)
        elif error is None and self._failing:
            log.info("renditions are kept again")
        self._failing = error is not None


def _trailer(data: bytes) -> bytes:
    return _MAGIC + zlib.crc32(data).to_bytes(4, "big") + len(data).to_bytes(4, "big")


def _write(path: Path, content: bytes) -> None:
    """Write in one step, without fsync: the trailer finds out what a power cut spoiled, and the card is spared."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
