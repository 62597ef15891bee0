"""What is in the files? SHA-1 in several threads, with the memory of a few blocks."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import groupby

from artframe.plugin import Cancelled
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.folder import Folder, fact_of, split
from artframe_folder_sync.records import FileFact, Hashed, Unstable

BLOCK = 1 << 20
_BATCH_FILES = 64
_BATCH_BYTES = 16 << 20
CHANGED = "it changed while it was read"

Answer = Hashed | Unstable


def hash_files(disk: Disk, facts: Iterable[FileFact], *, threads: int, stopped: Callable[[], bool]) -> Iterator[Answer]:
    """One answer for each fact, in any order; ``facts`` is read lazily and in the caller's thread.

    Raises Cancelled once ``stopped()`` is true, so that an early end is never taken for a whole one.
    """
    reader = _Reader(disk, stopped)
    waiting: set[Future[list[Answer]]] = set()
    with ThreadPoolExecutor(threads, "folder-hash") as pool:
        try:
            for batch in _batches(facts):
                waiting.add(pool.submit(reader.batch, batch))
                if len(waiting) >= 2 * threads:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for one in done:
                        yield from one.result()
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in done:
                    yield from one.result()
        finally:
            reader.given_up.set()
            for one in waiting:
                one.cancel()


def hash_file(disk: Disk, path: str) -> Answer:
    """One file, now, whatever was seen of it before."""
    where, name = split(path)
    try:
        with disk.folder(where) as folder:
            return _Reader(disk, lambda: False).file(folder, name, None)
    except OSError as error:
        return _unstable(path, error)


class _Reader:
    """Reads files in worker threads; each thread has one block, which it uses again and again."""

    def __init__(self, disk: Disk, stopped: Callable[[], bool]) -> None:
        self.given_up = threading.Event()
        self._disk = disk
        self._stopped = stopped
        self._own = threading.local()

    def batch(self, facts: list[FileFact]) -> list[Answer]:
        """Opens each folder once for all its files in the batch."""
        answers: list[Answer] = []
        for where, group in groupby(facts, lambda fact: split(fact.path)[0]):
            files = list(group)
            try:
                with self._disk.folder(where) as folder:
                    answers += [self._answer(folder, fact) for fact in files]
            except OSError as error:
                answers += [_unstable(fact.path, error) for fact in files]
        return answers

    def _answer(self, folder: Folder, fact: FileFact) -> Answer:
        try:
            return self.file(folder, split(fact.path)[1], fact)
        except OSError as error:
            return _unstable(fact.path, error)

    def file(self, folder: Folder, name: str, seen: FileFact | None) -> Answer:
        """Hash one file; ``seen`` is what it must still be (None: anything)."""
        path = f"{folder.path}/{name}" if folder.path else name
        fd = folder.descriptor(name)
        try:
            before = _stamp(os.fstat(fd))
            if seen and before != (seen.size, seen.mtime_ns, seen.ctime_ns):
                return Unstable(path=path, reason="it changed after it was seen")
            digest, read = self._digest(fd, folder, name, before[0])
            after = os.fstat(fd)
        finally:
            os.close(fd)
        if _stamp(after) != before or read != after.st_size:
            return Unstable(path=path, reason=CHANGED)
        return Hashed(fact=fact_of(after, path), sha1=digest)

    def _digest(self, fd: int, folder: Folder, name: str, expected: int) -> tuple[str, int]:
        view = self._block()
        digest = hashlib.sha1(usedforsecurity=False)
        size = 0
        while True:
            if self.given_up.is_set() or self._stopped():
                raise Cancelled
            count = os.readv(fd, [view])
            digest.update(view[:count])
            size += count
            folder.reading(name)
            # At the expected end nothing more is asked for: had the file grown, its size would tell afterwards.
            if not count or size == expected:
                return digest.hexdigest(), size

    def _block(self) -> memoryview:
        if not hasattr(self._own, "view"):
            self._own.view = memoryview(bytearray(BLOCK))
        view: memoryview = self._own.view
        return view


def _stamp(seen: os.stat_result) -> tuple[int, int, int]:
    # Not the inode: some file systems give a file a new number whenever it is looked at anew.
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _batches(facts: Iterable[FileFact]) -> Iterator[list[FileFact]]:
    """Small files many at a time, so that handing over costs little; a big one alone."""
    batch: list[FileFact] = []
    size = 0
    for fact in facts:
        batch.append(fact)
        size += fact.size
        if len(batch) == _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _unstable(path: str, error: OSError) -> Unstable:
    if isinstance(error, FileNotFoundError):
        return Unstable(path=path, reason="it vanished before it was read")
    return Unstable(path=path, reason=f"it cannot be read: {error.strerror or error}")
