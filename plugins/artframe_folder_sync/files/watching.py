"""Does the system tell of changes in a folder, and of which ones?"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from artframe_folder_sync.files.mounts import file_system_of, tells_of_all_changes, watches_of

EVENTS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]
_JOIN_SECONDS = 5.0
_counting = threading.Lock()


class FolderWatch:
    """Calls ``changed`` with each folder (relative, ``""``: the root) in which something changes; any thread.

    ``lost`` is called when changes were missed and nobody knows which. Links are never followed. Where the system
    cannot tell of (all) changes, ``trouble`` says why: then somebody has to look now and then. ``ignored`` says of a
    relative path, and whether it is a folder, that changes of it matter to nobody.
    """

    def __init__(
        self,
        root: Path,
        changed: Callable[[str], None],
        lost: Callable[[], None],
        *,
        ignored: Callable[[str, bool], bool] = lambda path, is_folder: False,
        observer: Callable[[], BaseObserver] = Observer,
        file_system: Callable[[Path], str] = file_system_of,
    ) -> None:
        self._root = os.fspath(root)
        self._changed = changed
        self._lost = lost
        self._ignored = ignored
        self._make_observer = observer
        self._file_system = file_system
        self._observer: BaseObserver | None = None
        self._alarm: _OverflowAlarm | None = None
        self._handles: frozenset[int] = frozenset()
        self._identity: tuple[int, int] | None = None
        self._is_limited = False
        self._working = threading.Lock()
        self._ended = False
        self.trouble = ""
        self.is_away = False
        """Whether the trouble is that the folder is not there, or cannot be read: a run meets the same, and says so."""

    def start(self) -> None:
        """Begin; never raises: what keeps it from watching is in ``trouble`` afterwards.

        Takes its time where there are many folders. A ``stop`` need not wait for that.
        """
        with self._working:
            self._begin()

    def stop(self) -> None:
        """End for good; at any time, from any thread."""
        self._ended = True
        self._end()

    def audit(self) -> bool:
        """Look whether all folders are still watched, and begin anew if not, or if the root is another one.

        False: not everything is told. Walks through the tree: with a full scan, not more often.
        """
        with self._working:
            observer = self._observer
            if observer is None:
                self._begin()
            elif self._seen() != self._identity or self._is_deaf(observer):
                self._end()
                self._begin()
                self._lost()
            elif self._is_limited or self._unwatched():
                self._end()
                self._begin()
            return not self.trouble

    def glance(self, *, closely: bool) -> bool:
        """Whether the folder went, came back, or is another one since the last look; then it is watched anew.

        The system does not tell of that: a disk is unmounted, a folder above is renamed. Cheap: every few seconds.
        ``closely``: also whether the watches went with a disk that has come back since, which takes longer.
        """
        with self._working:
            if self._ended:
                return False
            observer = self._observer
            if self._seen() == self._identity and (observer is None or not self._is_deaf(observer, closely=closely)):
                return False
            self._end()
            self._begin()
            if not self._ended:
                self._lost()
            return True

    def _begin(self) -> None:
        self.trouble, self._is_limited = "", False
        # Before the watch begins: what takes the folder's place later is noticed as another one.
        self._identity = self._seen()
        self.is_away = self._identity is None
        if self.is_away:
            self.trouble = f"{self._root} is not there"
            return
        system = self._file_system(Path(self._root))
        try:
            with _counting:
                before = set(watches_of())
                observer = self._make_observer()
                # Its threads must not outlive a start that fails half-way.
                self._observer = observer
                observer.schedule(_Handler(self), self._root, recursive=True, event_filter=EVENTS)
                observer.start()
                self._handles = frozenset(set(watches_of()) - before)
        except OSError as error:
            self._end()
            reason = error.strerror or str(error)
            self.is_away = error.errno in (errno.EACCES, errno.ENOENT, errno.ESTALE)
            self.trouble = f"the system tells of no changes in {self._root} ({reason})"
            return
        self._alarm = _OverflowAlarm(self._lost)
        logger = logging.getLogger("watchdog")
        logger.addHandler(self._alarm)
        if not logger.isEnabledFor(logging.WARNING):
            logger.setLevel(logging.WARNING)
        if not tells_of_all_changes(system):
            self.trouble = f"{self._root} is on {system}, which does not tell of changes that others make"
        elif unwatched := self._unwatched():
            self._is_limited, self.trouble = True, unwatched
        if self._ended:
            self._end()

    def _end(self) -> None:
        alarm, self._alarm = self._alarm, None
        if alarm is not None:
            logging.getLogger("watchdog").removeHandler(alarm)
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            with contextlib.suppress(RuntimeError):  # it never ran
                observer.join(_JOIN_SECONDS)

    def _unwatched(self) -> str:
        """What is not watched, in words: the system gives each user only so many watches. watchdog does not tell."""
        counts = watches_of()
        watched = max((counts[handle] for handle in self._handles if handle in counts), default=None)
        if watched is None:
            return ""  # this system does not say
        folders = 0
        # os.walk lists links to folders among the folders, but goes into none of them.
        for _ in os.walk(self._root):
            folders += 1
            if self._ended:
                return ""
        if watched >= folders:
            return ""
        return (
            f"the system watches only {watched} of the {folders} folders in {self._root}: it can watch no more"
            " (its limit is fs.inotify.max_user_watches)"
        )

    def heard(self, event: FileSystemEvent) -> None:
        """An event of the observer; its thread."""
        for path in (event.src_path, event.dest_path):
            relative = self._relative(os.fsdecode(path)) if path else None
            if relative is None or self._ignored(relative, event.is_directory):
                continue
            self._changed(_parent(relative))
            if event.is_directory and event.event_type != "deleted":
                self._changed(relative)

    def _is_deaf(self, observer: BaseObserver, *, closely: bool = True) -> bool:
        if not _lives(observer):
            return True
        # With a file system that is unmounted go all watches in it; the same disk may be back since.
        counts = watches_of() if closely else {}
        return {counts[handle] for handle in self._handles if handle in counts} == {0}

    def _seen(self) -> tuple[int, int] | None:
        """Which folder is there now; None: none that can be reached."""
        try:
            status = os.stat(self._root)  # noqa: PTH116
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None

    def _relative(self, path: str) -> str | None:
        if path == self._root:
            return ""
        return path[len(self._root) + 1 :] if path.startswith(self._root.rstrip("/") + "/") else None


class _Handler(FileSystemEventHandler):
    def __init__(self, watch: FolderWatch) -> None:
        self._watch = watch

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._watch.heard(event)


class _OverflowAlarm(logging.Handler):
    """watchdog tells of lost events in its log only."""

    def __init__(self, ring: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._ring = ring

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in str(record.msg).lower():
            self._ring()


def _parent(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return "" if parent == "." else parent


def _lives(observer: BaseObserver) -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)
