"""What does a listing change: which photos are new, replaced or intact, and which are missing from it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from artframe.core.sentence import said
from artframe.library.disk import Disk, Signature, explained
from artframe.library.entry import Entry, to_json
from artframe.library.ledger import Ledger
from artframe.library.names import safe_name
from artframe.library.naming import Naming
from artframe.library.part import part_name
from artframe.library.photo import Photo
from artframe.library.report import Counts


class Listing:
    """Compares a listing, page by page, with what is here. In constant memory: one bit per photo.

    With ``verify`` every file that is here is hashed instead of trusted. Reads no file otherwise, and writes nothing
    for photos that are as they were. ``freed`` hears of the bytes of files that turn out to be gone.
    """

    def __init__(
        self,
        ledger: Ledger,
        disk: Disk,
        naming: Naming,
        counts: Counts,
        freed: Callable[[int], None],
        *,
        verify: bool,
    ) -> None:
        self._ledger = ledger
        self._disk = disk
        self._naming = naming
        self._counts = counts
        self._freed = freed
        self._verify = verify
        self._seen = bytearray(ledger.highest_key() // 8 + 1)
        self.total = 0

    def take(self, page: Sequence[Photo]) -> list[int]:
        """Note a page; returns the keys of the photos that are to be fetched. Photos listed twice count once."""
        known = self._ledger.listed([photo.id for photo in page])
        fetch: list[int] = []
        changed: list[tuple[int, Photo]] = []
        new: dict[str, Photo] = {}
        for photo in page:
            entry = known.get(photo.id)
            if entry is None:
                new.setdefault(photo.id, photo)
            elif self._mark(entry.key):
                if to_json(photo) != entry.listed:
                    changed.append((entry.key, photo))
                if photo.version != entry.version:
                    self._disk.discard(part_name(entry.key, entry.version))
                if self._to_fetch(entry, photo):
                    fetch.append(entry.key)
        if changed:
            self._ledger.update(changed)
        fetch += self._enter(list(new.values()))
        return fetch

    def missing(self) -> Iterator[int]:
        """Keys of the photos that no page had. Only a complete listing may be asked."""
        for key in self._ledger.listed_keys():
            if not self._has(key):
                yield key

    # -- one photo ---------------------------------------------------------------------------------------------------

    def _to_fetch(self, entry: Entry, photo: Photo) -> bool:
        if not entry.here or entry.file_name is None:
            # Evicted photos wait until everything else is here.
            return not entry.evicted
        with explained(said("photos.unseen", "a photo cannot be looked at")):
            found = self._disk.signature(entry.file_name)
        if found is None:
            self._ledger.lost(entry.key)
            self._freed(entry.bytes or 0)
            return True
        intact = (found.bytes, found.mtime_ns) == (entry.bytes, entry.mtime_ns)
        expected = photo.sha1 or (entry.local_sha1 if entry.local_version == photo.version else None)
        if intact and not self._verify:
            if entry.local_version != photo.version and photo.sha1 != entry.local_sha1:
                return True
            if entry.local_version != photo.version:
                self._keep(entry, photo, entry.local_sha1 or "", found)
            self._counts.kept += 1
            return False
        actual = self._disk.readable_sha1(entry.file_name)
        if actual is not None and actual == expected:
            self._keep(entry, photo, actual, found)
            self._counts.kept += 1
            return False
        if not intact and actual is not None and actual != entry.local_sha1:
            self._give_way(entry, found)
        else:
            if not intact and actual is not None:
                # Only its time changed: it is to be replaced, not left behind as somebody else's.
                self._ledger.touch(entry.key, found)
            # Ours, and not what is listed: shown on until the right bytes are here, even over a crash.
            self._ledger.distrust(entry.key)
        return True

    def _keep(self, entry: Entry, photo: Photo, sha1: str, found: Signature) -> None:
        if entry.local_version == photo.version and entry.local_sha1 == sha1:
            if (found.bytes, found.mtime_ns) != (entry.bytes, entry.mtime_ns):
                self._ledger.touch(entry.key, found)
        else:
            self._ledger.placed(entry.key, entry.file_name or "", photo.version, sha1, found, None)

    def _give_way(self, entry: Entry, found: Signature) -> None:
        """Somebody changed the file: it is theirs now, and the photo comes again under another name."""
        self._freed(entry.bytes or 0)
        if found.bytes == 0 and entry.file_name is not None:
            # Nobody's work: an empty file is what a damaged file system leaves.
            with explained(said("photos.empty_stays", "an empty photo cannot be deleted")):
                self._disk.remove(entry.file_name)
            self._ledger.lost(entry.key)
            return
        self._ledger.rename(entry.key, self._naming.choose([safe_name(entry.photo.name, entry.id)])[0])
        self._counts.foreign += 1

    def _enter(self, photos: list[Photo]) -> list[int]:
        entering: list[Photo] = []
        for photo in photos:
            adopted = self._ledger.adopted_with(photo.sha1) if photo.sha1 is not None else None
            if adopted is not None and photo.sha1 is not None:
                self._ledger.attribute(adopted.key, photo, photo.sha1)
                self._mark(adopted.key)
                self._counts.kept += 1
            else:
                entering.append(photo)
        if not entering:
            return []
        names = self._naming.choose([safe_name(photo.name, photo.id) for photo in entering])
        keys = list(self._ledger.enter(list(zip(entering, names, strict=True))).values())
        for key in keys:
            self._mark(key)
        return keys

    # -- the bits ----------------------------------------------------------------------------------------------------

    def _mark(self, key: int) -> bool:
        """Note that the photo is listed; False if it was already."""
        byte, bit = divmod(key, 8)
        if byte >= len(self._seen):
            self._seen.extend(bytes(byte - len(self._seen) + 1024))
        if self._seen[byte] & (1 << bit):
            return False
        self._seen[byte] |= 1 << bit
        self.total += 1
        return True

    def _has(self, key: int) -> bool:
        byte, bit = divmod(key, 8)
        return byte < len(self._seen) and bool(self._seen[byte] & (1 << bit))
