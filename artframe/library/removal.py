"""How do photos leave the folder, so that a crash in between leaves neither an orphan nor a hole?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from artframe.core.sentence import said
from artframe.library.database import in_pages
from artframe.library.disk import Disk, explained
from artframe.library.entry import Entry
from artframe.library.ledger import Ledger
from artframe.library.part import part_name


class Removal:
    """Deletes files of ours. A file that somebody changed since is theirs: it stays, and only we forget it."""

    def __init__(self, ledger: Ledger, disk: Disk) -> None:
        self._ledger = ledger
        self._disk = disk

    def remove(self, keys: Sequence[int], freed: Callable[[int], None]) -> int:
        """Remove photos for good; returns how many files were here. ``freed`` hears of their bytes.

        The rows go first, then the files, then the claim on their names: whatever happens in between, the next start
        finds names without photos and finishes the work.
        """
        count = 0
        for page in in_pages(keys, 200):
            entries = [entry for key in page if (entry := self._ledger.get(key)) is not None]
            self._ledger.delete([entry.key for entry in entries])
            unread: set[str] = set()
            with explained(said("photos.gone_stays", "a photo that is no longer listed cannot be deleted")):
                for entry in entries:
                    self._disk.discard(part_name(entry.key, entry.version))
                    if entry.here:
                        if not self._delete_file(entry):
                            unread.add(entry.file_name or "")
                        freed(entry.bytes or 0)
                        count += 1
                self._disk.settle()
            # A file that cannot be read now stays claimed: each next start looks again whether it is ours.
            self._ledger.release([name for entry in entries if (name := entry.file_name) and name not in unread])
        return count

    def evict(self, entry: Entry) -> None:
        """Give up a photo's file, but not the photo."""
        self._ledger.evict(entry.key)
        with explained(said("photos.no_room_made", "a photo cannot make room for another one")):
            self._delete_file(entry)
            self._disk.settle()

    def _delete_file(self, entry: Entry) -> bool:
        """Delete the file if it is ours; False if that cannot be told, because it cannot be read."""
        found = self._disk.signature(entry.file_name) if entry.file_name is not None else None
        if found is None or entry.file_name is None:
            return True
        if (found.bytes, found.mtime_ns) != (entry.bytes, entry.mtime_ns):
            actual = self._disk.readable_sha1(entry.file_name)
            if actual != entry.local_sha1:
                return actual is not None
        self._disk.remove(entry.file_name)
        return True
