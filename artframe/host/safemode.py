"""Did artframe crash again and again, whose fault was it, and who is therefore not started?"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from artframe.core.clock import Clock
from artframe.core.state_file import StateFile

log = logging.getLogger(__name__)

LONG_ENOUGH_SECONDS = 300.0
"""A frame that lived so long did not crash at its start."""
CRASHES_FOR_SAFE_MODE = 3
CRASHES_FOR_BLAME = 2


class BootWatch:
    """Counts starts that did not live five minutes, in ``state/boot.json``; thread-safe.

    No wall clock is involved: it may be wrong. ``begin``, ``starting`` and ``started`` block until the file is on the
    disk, since what comes next may be the crash; after five minutes they write nothing any more.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._file = StateFile(path)
        self._lock = threading.Lock()
        self._is_young = True
        self._starting: dict[str, None] = {}
        self._last_started = ""
        self._held: dict[str, str] = {}
        self._released: set[str] = set()
        self.crashes = 0
        self.safe_mode = False
        self.suspect = ""

    def begin(self) -> None:
        """A frame starts: learn from how the last ones ended. Blocks."""
        last = _plain(self._file.load())
        with self._lock:
            self._held = dict(last["held"])
            self._last_started = last["last_started"]
            if last["is_young"]:
                self.crashes = last["crashes"] + 1
                self._blame(last["starting"], last["blamed"])
            self.safe_mode = self.crashes >= CRASHES_FOR_SAFE_MODE
            if self.safe_mode:
                log.error("artframe ended %d times within minutes of its start: no plugins this time", self.crashes)
            self._write()

    def _blame(self, starting: list[str], blamed: str) -> None:
        # Only one plugin was starting when the frame died: twice the same is no accident.
        self.suspect = starting[0] if len(starting) == 1 else ""
        if self.suspect and self.suspect == blamed and self.crashes >= CRASHES_FOR_BLAME:
            self._held[self.suspect] = "artframe ended twice while it was starting"
            log.error("plugin '%s' is held back: %s", self.suspect, self._held[self.suspect])
            # It is out of the way: whether the rest can live is an open question again.
            self.crashes, self.suspect = 1, ""

    @property
    def is_careful(self) -> bool:
        """Plugins should start one by one, so that a crash tells which it was."""
        return self.crashes > 0

    @property
    def last_started(self) -> str:
        """Which plugin was started last, now or before the crash."""
        return self._last_started

    def held(self, instance: str) -> str:
        """Why this plugin is not started; empty if it may be."""
        with self._lock:
            if instance in self._held:
                return self._held[instance]
            if self.safe_mode and instance not in self._released:
                last = f"; the plugin started last was '{self._last_started}'" if self._last_started else ""
                return f"safe mode: artframe ended {self.crashes} times within minutes of its start{last}"
            return ""

    def release(self, instance: str) -> None:
        """A person wants it started all the same (retry, or other settings)."""
        with self._lock:
            self._released.add(instance)
            if self._held.pop(instance, None) is not None:
                self._write(wait=False)

    def starting(self, instance: str) -> None:
        """This plugin's start begins. Blocks."""
        with self._lock:
            self._starting[instance] = None
            self._last_started = instance
            if self._is_young:
                self._write()

    def started(self, instance: str) -> None:
        """This plugin's start is over, well or not. Blocks."""
        with self._lock:
            self._starting.pop(instance, None)
            if self._is_young:
                self._write()

    async def watch(self) -> None:
        """Run on the loop: after five minutes this start counts as good."""
        await self._clock.sleep(LONG_ENOUGH_SECONDS)
        self.end(wait=False)

    def leave_safe_mode(self) -> None:
        """The frame lives: whoever was only held back because of safe mode may be started again."""
        with self._lock:
            self.safe_mode = False

    def end(self, *, wait: bool = True) -> None:
        """The frame lived long enough, or is being stopped on purpose: this was no crash."""
        with self._lock:
            if self._is_young:
                self._is_young, self.crashes, self.suspect = False, 0, ""
                self._write(wait=wait)
        if wait:
            self._file.flush()

    def _write(self, *, wait: bool = True) -> None:
        content = {
            "version": 1,
            "is_young": self._is_young,
            "crashes": self.crashes,
            "starting": list(self._starting),
            "blamed": self.suspect,
            "last_started": self._last_started,
            "held": self._held,
        }
        if wait:
            self._file.save_now(content)
        else:
            self._file.save(content)


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """The content with every value of the type it must have, whatever the file says."""
    default: dict[str, Any] = {
        "is_young": False,
        "crashes": 0,
        "starting": [],
        "blamed": "",
        "last_started": "",
        "held": {},
    }
    return {name: content[name] if type(content.get(name)) is type(value) else value for name, value in default.items()}
