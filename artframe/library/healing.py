"""What did the last crash leave half done, and how does it become whole before anything is shown?"""

from __future__ import annotations

from artframe.core.sentence import said
from artframe.library.database import in_pages
from artframe.library.disk import Disk, Signature, explained
from artframe.library.entry import Entry
from artframe.library.ledger import Ledger
from artframe.library.part import part_name


class Healing:
    """Brings ledger and folder together again: every file of ours is complete and known, or gone.

    Only photos in an open state are looked at, so that a frame with 100,000 photos starts at once. Files that are not
    in the ledger belong to a person and are not touched.
    """

    def __init__(self, ledger: Ledger, disk: Disk) -> None:
        self._ledger = ledger
        self._disk = disk

    def run(self) -> None:
        """Heal; raises NotReady when disk or database refuse."""
        with explained(said("photos.folder_unusable", "the photos folder cannot be used")):
            keep: set[str] = set()
            for entry in self._ledger.open_entries():
                # Without a checksum nobody could tell what a power cut made of the first half of a photo.
                if not self._entry(entry) and entry.sha1 is not None:
                    keep.add(part_name(entry.key, entry.version))
            self._leftovers()
            for part in list(self._disk.part_names()):
                if part not in keep:
                    self._disk.discard(part)

    def readopt(self) -> None:
        """Files of ours whose photos were forgotten (a source that comes back, a damaged database) are shown again."""
        found: list[tuple[str, Signature, str]] = []
        with explained(said("photos.folder_unread", "the photos folder cannot be read")):
            for name, sha1 in self._ledger.leftovers():
                signature = self._disk.signature(name)
                if signature is not None and sha1 is not None:
                    found.append((name, signature, sha1))
        for page in in_pages(found):
            self._ledger.adopt_own(page)

    def adopt(self) -> int:
        """After the database was lost: show what lies in the folder until a listing says what it is."""
        for unclaimed in in_pages(list(self._ledger.unclaimed())):
            self._ledger.claim(unclaimed)
        owned = {name for name, _, _ in self._ledger.owned_names()}
        page: list[tuple[str, Signature]] = []
        count = 0
        with explained(said("photos.folder_unread", "the photos folder cannot be read")):
            for name in self._disk.file_names():
                signature = self._disk.signature(name)
                if name in owned or name.startswith(".") or signature is None or signature.bytes == 0:
                    continue
                page.append((name, signature))
                count += 1
                if len(page) == 500:
                    self._ledger.adopt(page)
                    page = []
        if page:
            self._ledger.adopt(page)
        return count

    def hash_adopted(self) -> None:
        """Before a listing: know the bytes of what was adopted."""
        for entry in self._ledger.entries("adopted AND local_sha1 IS NULL"):
            sha1 = self._disk.readable_sha1(entry.file_name or "")
            if sha1 is not None:
                self._ledger.hashed(entry.key, sha1)

    def _entry(self, entry: Entry) -> bool:
        """Settle one photo; returns whether the listed version proved to be here."""
        # Several threads may have been interrupted between renaming a file and writing that down.
        for name in dict.fromkeys(name for name in (entry.pending_name, entry.file_name) if name is not None):
            signature = self._disk.signature(name)
            if signature is None:
                continue
            if name == entry.file_name and (signature.bytes, signature.mtime_ns) == (entry.bytes, entry.mtime_ns):
                continue
            actual = self._disk.readable_sha1(name)
            if actual is None:
                return False
            expected = entry.pending_sha1 if entry.pending_sha1 is not None else entry.sha1
            if actual == expected and (name == entry.pending_name or entry.pending_name is None):
                old = self._ledger.placed(entry.key, name, entry.version, actual, signature, signature.mtime_ns // 1000)
                if old is not None and self._remove(old, entry.local_sha1):
                    self._ledger.release([old])
                return True
            if entry.here and actual == entry.local_sha1:
                self._ledger.touch(entry.key, signature)
            elif not entry.here and actual == self._ledger.sha1_of_ours(name):
                # Ours (a disk that was away is back), of a version nobody knows: shown until the listed one comes.
                self._ledger.placed(entry.key, name, "", actual, signature, None)
                return False
        if entry.here and entry.file_name is not None and self._disk.signature(entry.file_name) is None:
            self._ledger.lost(entry.key)
        elif entry.pending_name is not None or entry.pending_sha1 is not None:
            self._ledger.forget_pending(entry.key)
        return False

    def _leftovers(self) -> None:
        done = [name for name, sha1 in self._ledger.leftovers() if self._remove(name, sha1)]
        if done:
            self._disk.settle()
            self._ledger.release(done)

    def _remove(self, name: str, sha1: str | None) -> bool:
        """Delete a file only if its bytes are the ones we put there; False if nobody can say now."""
        if sha1 is None or self._disk.signature(name) is None:
            return True
        actual = self._disk.readable_sha1(name)
        if actual == sha1:
            self._disk.remove(name)
        return actual is not None
