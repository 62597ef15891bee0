"""Who wants to know that something happened?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
Release = Callable[[], None]

log = logging.getLogger(__name__)


class EventBus:
    """Delivers events (frozen dataclasses) to everybody who listens for their type or a base of it.

    Delivery happens on the publisher's thread, in the order of registration. A listener therefore only takes note (puts
    something into a queue, calls ``call_soon_threadsafe``) and never blocks. A listener that fails is logged and
    skipped: the publisher and the other listeners never see it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[tuple[type[Any], Callable[[Any], None]], ...] = ()

    @property
    def listener_count(self) -> int:
        """How many listen: for tests that nobody was forgotten."""
        return len(self._listeners)

    def listen(self, kind: type[E], callback: Callable[[E], None]) -> Release:
        """Call back for each event of this type; returns what ends it (calling it twice is harmless)."""
        entry = (kind, callback)
        with self._lock:
            self._listeners = (*self._listeners, entry)

        def release() -> None:
            with self._lock:
                self._listeners = tuple(known for known in self._listeners if known is not entry)

        return release

    def publish(self, event: object) -> None:
        """Tell everybody; any thread."""
        for kind, callback in self._listeners:
            if isinstance(event, kind):
                try:
                    callback(event)
                except Exception:
                    log.exception("a listener for %s failed; the others are told all the same", type(event).__name__)
