"""Which time zone does this process go by, and how does it change while it runs?"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo


class LocalZone(tzinfo):
    """The zone that the process goes by at the moment: another one as soon as that changes, summer time included."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        # As a naive moment, Python itself knows what a local time means, folds and gaps included.
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None if dt is None else timedelta(hours=time.localtime(dt.replace(tzinfo=None).timestamp()).tm_isdst > 0)

    def tzname(self, dt: datetime | None) -> str | None:
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        moment = dt.replace(tzinfo=UTC)
        there = moment.astimezone()
        local = there.replace(tzinfo=None)
        # The second of two equal local times, in the night when the clocks go back.
        fold = int(local.astimezone().utcoffset() != there.utcoffset())
        return local.replace(tzinfo=self, fold=fold)


LOCAL = LocalZone()


class TimeZone:
    """The zone of the whole process: of every local time that it or a program it starts writes, and of timetables.

    One at a time, since a process has only one. ``use`` may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What the machine (or the unit that started us) says; None: /etc/localtime decides.
        self._own = os.environ.get("TZ")
        self.name = ""

    def use(self, name: str) -> bool:
        """Go by the zone of this name from now on, empty: the machine's own; True if that is another one."""
        with self._lock:
            if name == self.name:
                return False
            self.name = name
            if name:
                os.environ["TZ"] = name
            elif self._own is None:
                os.environ.pop("TZ", None)
            else:
                os.environ["TZ"] = self._own
            time.tzset()
            return True
