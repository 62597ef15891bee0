"""Did somebody edit a configuration file, and have they finished?"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Hashable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from artframe.config.layout import FRAME, SECRETS, Layout, is_dropping
from artframe.core.clock import Clock

log = logging.getLogger(__name__)

CHANGES = frozenset({"created", "modified", "deleted", "moved", "closed"})
"""What watchdog calls an event that may mean other content; files that are only read are opened and closed, too."""


class ConfigWatch:
    """Calls ``reload`` when files of the configuration have changed and then stayed the same for ``quiet`` seconds.

    The operating system's events only wake it; whether something changed it sees from the files themselves. So editors
    that write a temporary file and rename it, links, and folders that come and go are all the same to it, and where
    there are no events (network shares, no inotify left) it looks by itself every ``poll`` seconds.
    """

    def __init__(
        self,
        layout: Layout,
        reload: Callable[[], object],
        *,
        clock: Clock,
        quiet: float = 0.5,
        patience: float = 10.0,
        poll: float = 2.0,
        poll_beside_events: float = 60.0,
        observer: Callable[[], BaseObserver] = Observer,
    ) -> None:
        self._layout = layout
        self._reload = reload
        self._clock = clock
        self._quiet = quiet
        self._patience = patience
        self._poll = poll
        self._poll_beside_events = poll_beside_events
        self._make_observer = observer
        self._observer: BaseObserver | None = None
        self._watched: int | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._last: Hashable = None
        self._failing = False

    @property
    def has_events(self) -> bool:
        """Whether the operating system tells about changes; if not, they are found by looking now and then."""
        return self._observer is not None

    def start(self) -> None:
        """Begin to watch; changes made since the configuration was loaded are noticed as well."""
        self._begin_events()
        self._thread = threading.Thread(target=self._run, name="config-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; a reload that is under way is waited for."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)
        self._end_events()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look()
            pause = self._poll_beside_events if self.has_events else self._poll
            self._clock.wait(self._wake, pause)
            self._wake.clear()

    def _look(self) -> None:
        """Reload if something changed, once it no longer does (or after ``patience``: something always changes)."""
        seen = self._fingerprint()
        if seen == self._last:
            return
        begun = self._clock.monotonic()
        while self._last is not None and self._clock.monotonic() - begun < self._patience:
            self._clock.wait(self._stopping, self._quiet)
            if self._stopping.is_set():
                return
            now = self._fingerprint()
            if now == seen:
                break
            seen = now
        self._last = seen
        self._follow_folder()
        try:
            self._reload()
            self._failing = False
        except Exception:
            self._last = None  # so that it is tried again at the next look
            if not self._failing:
                log.exception("reading the changed configuration failed; the settings in force stay, tried again soon")
            self._failing = True

    def _fingerprint(self) -> Hashable:
        """Other than before when any file of the configuration is another one, or has another content."""
        try:
            names = sorted(name for name in os.listdir(self._layout.plugins) if not is_dropping(name))  # noqa: PTH208
        except OSError as error:
            names = []
            folder = error.errno
        else:
            folder = None
        paths = [self._layout.path(FRAME), self._layout.path(SECRETS), *(self._layout.plugins / name for name in names)]
        return (folder, _inode(self._layout.config), tuple((path.name, _state(path)) for path in paths))

    def _begin_events(self) -> None:
        try:
            observer = self._make_observer()
            observer.schedule(_Waker(self._wake), str(self._layout.config), recursive=True)
            observer.start()
        except OSError as error:
            log.info("no file events (%s); the configuration is looked at every %g s", error.strerror, self._poll)
            return
        self._observer = observer
        self._watched = _inode(self._layout.config)

    def _end_events(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            with contextlib.suppress(RuntimeError):
                observer.join(10)

    def _follow_folder(self) -> None:
        """A folder that was replaced by another of the same name no longer sends events: watch the new one."""
        if self._observer is not None and _inode(self._layout.config) not in (None, self._watched):
            self._end_events()
            self._begin_events()


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        names = [Path(os.fsdecode(path)).name for path in (event.src_path, event.dest_path) if path]
        if event.event_type in CHANGES and not all(is_dropping(name) for name in names):
            self._wake.set()


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _state(path: Path) -> Hashable:
    try:
        found = path.stat()
    except OSError as error:
        return error.errno
    return (found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
