"""What does the main thread do? It shows what it is handed, fades, and sleeps: no decoding, no files, no network."""

from __future__ import annotations

import itertools
import logging
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from artframe.core.clock import Clock
from artframe.display.panels import Badge, Frame, Input, Panel
from artframe.display.transitions import Fade
from artframe.errors import NotReady

# Between two pictures the loop wakes this often, only to read keys: 0.05 % of a core. Waiting inside SDL costs 1-2 %.
IDLE_SECONDS = 0.2
# A worker in Python code may keep the interpreter this long before the main thread gets it; Python's own 5 ms, several
# times in one frame, is what a fade stutters by.
SWITCH_SECONDS = 0.001
REOPEN_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Presented:
    """The frame of this token is completely seen now."""

    token: int


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A person pressed something at the panel."""

    input: Input


@dataclass(frozen=True, kw_only=True)
class Capture:
    """What was seen at one moment, in the panel's own form."""

    version: int
    frame: Frame


@dataclass(frozen=True, kw_only=True)
class _Present:
    frame: Frame
    token: int
    fade_seconds: float


@dataclass(frozen=True, kw_only=True)
class _Running:
    """A crossfade on its way."""

    fade: Fade
    old: Frame
    next_frame: float


class Stage:
    """The loop of the main thread. ``run`` returns after ``stop``; everything else may be called from any thread.

    ``tell`` is called on the main thread with Presented and Pressed; it hands them to the loop and returns at once. A
    panel that fails is opened again every few seconds; the last picture is shown again as soon as it works.
    """

    def __init__(self, panel: Panel, clock: Clock, tell: Callable[[Presented | Pressed], None]) -> None:
        self._panel = panel
        self._clock = clock
        self._tell = tell
        self._mail: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._letters = itertools.count(1)
        self._posted = 0
        self._shown: Frame | None = None
        self._token = -1
        self._told = -1
        self._running: _Running | None = None
        self._badge: Badge | None = None
        self._asleep = False
        self._stopping = False
        self._broken_until: float | None = None
        self._failing = False
        self._waiting_since: float | None = None
        self.frames_presented = 0
        self.last_beat: float | None = None  # monotonic; None while the loop does not run
        self.thread_id: int | None = None

    # ---- from any thread

    @property
    def version(self) -> int:
        """Another number whenever something else is seen, or was asked for and will be."""
        return self._posted + self.frames_presented

    @property
    def fading(self) -> bool:
        """Whether a crossfade is on its way."""
        return self._running is not None

    def present(self, frame: Frame, *, token: int, fade_seconds: float = 0.0) -> None:
        """Show a frame after a crossfade of so many seconds; tells Presented(token) once it stands alone."""
        if self._waiting_since is None:
            self._waiting_since = self._clock.monotonic()
        self._post(lambda: self._start(_Present(frame=frame, token=token, fade_seconds=fade_seconds)))

    def set_badge(self, badge: Badge | None) -> None:
        """Put the corner badge over whatever is shown, or take it away."""
        self._post(lambda: self._change_badge(badge))

    def sleep(self, asleep: bool) -> None:
        """Show black until woken again; pictures presented meanwhile are taken note of."""
        self._post(lambda: self._fall_asleep(asleep))

    def capture(self) -> Future[Capture]:
        """Return what is seen, as soon as the main thread comes to it; ``Panel.picture`` shows what is in the frame."""
        answer: Future[Capture] = Future()

        def take() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(Capture(version=self.version, frame=self._panel.capture()))
            except Exception as error:
                answer.set_exception(error)

        self._mail.put(take)
        return answer

    def _post(self, letter: Callable[[], None]) -> None:
        self._posted = next(self._letters)
        self._mail.put(letter)

    def stop(self) -> None:
        """Make ``run`` return soon."""
        self._mail.put(self._stop)

    @property
    def failing(self) -> bool:
        """Whether the panel fails, and is opened again and again."""
        return self._failing

    def stalled_for(self) -> float:
        """Return for how many seconds the loop has not turned, or has not presented what it was handed.

        0 while it does not run at all. Waiting for a fade counts as little as the fade takes.
        """
        beat, waiting = self.last_beat, self._waiting_since
        if beat is None:
            return 0.0
        now = self._clock.monotonic()
        return max(now - beat, now - waiting if waiting is not None else 0.0)

    # ---- on the main thread

    def run(self, opened: Callable[[], None] = lambda: None) -> None:
        """Open the panel, show what comes, close it.

        ``opened`` is called once the panel is open: from then on its size is known. Raises PanelUnavailable when it
        cannot be opened at first.
        """
        self._panel.open()
        self.thread_id = threading.get_ident()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            opened()
            while not self._stopping:
                self.last_beat = self._clock.monotonic()
                try:
                    self._turn()
                except Exception as error:
                    self._break(error)
        finally:
            self.last_beat = None
            self._panel.close()

    def _turn(self) -> None:
        if self._broken_until is not None and self._clock.monotonic() >= self._broken_until:
            self._reopen()
        self._read_mail(self._pause())
        if self._broken_until is not None or self._stopping:
            return
        for pressed in self._panel.poll():
            self._tell(Pressed(input=pressed))
        if self._running is not None and self._clock.monotonic() >= self._running.next_frame:
            self._fade_on(self._running)

    def _pause(self) -> float:
        if self._running is None or self._broken_until is not None:
            return IDLE_SECONDS
        return max(0.0, self._running.next_frame - self._clock.monotonic())

    def _read_mail(self, seconds: float) -> None:
        try:
            letter = self._mail.get(timeout=seconds) if seconds > 0 else self._mail.get_nowait()
            while True:
                letter()
                letter = self._mail.get_nowait()
        except queue.Empty:
            return

    def _start(self, wish: _Present) -> None:
        before = self._shown
        if self._running is not None and self._broken_until is None:
            before = self._panel.capture()  # a fade in a fade goes on from what is seen
        self._shown, self._token, self._running = wish.frame, wish.token, None
        fades = before is not None and wish.fade_seconds > 0 and self._panel.capabilities.motion
        if self._asleep or self._broken_until is not None:
            self._report()
        elif fades:
            now = self._clock.monotonic()
            self._running = _Running(fade=Fade(start=now, seconds=wish.fade_seconds), old=before, next_frame=now)
        else:
            self._show()

    def _fade_on(self, running: _Running) -> None:
        now = self._clock.monotonic()
        if running.fade.is_over(now):
            self._running = None
            self._show()
            return
        self._panel.blend(running.old, self._shown, running.fade.fraction(now), self._badge)
        self.frames_presented += 1
        # From the moment drawing began, so that a slow panel loses frames and not time.
        next_frame = max(self._clock.monotonic(), now + 1 / self._panel.capabilities.rate)
        self._running = _Running(fade=running.fade, old=running.old, next_frame=next_frame)

    def _show(self) -> None:
        if self._shown is None and not self._asleep:
            return
        self._panel.show(None if self._asleep else self._shown, None if self._asleep else self._badge)
        self.frames_presented += 1
        if self._failing:
            self._failing = False
            log.info("the panel works again")
        self._report()

    def _report(self) -> None:
        """Tell once that the newest frame arrived. Asleep or broken counts: the slideshow must go on choosing."""
        if self._broken_until is None:
            self._waiting_since = None
        if self._token != self._told:
            self._told = self._token
            self._tell(Presented(token=self._token))

    def _change_badge(self, badge: Badge | None) -> None:
        self._badge = badge
        if self._running is None and self._broken_until is None:
            self._show()

    def _fall_asleep(self, asleep: bool) -> None:
        self._asleep, self._running = asleep, None
        if self._broken_until is None:
            self._show()

    def _stop(self) -> None:
        self._stopping = True

    def _break(self, error: Exception) -> None:
        if not self._failing:
            known = isinstance(error, NotReady)
            log.error(
                "the panel failed%s; it is opened again every %.0f seconds",
                f" ({error})" if known else "",
                REOPEN_SECONDS,
                exc_info=None if known else error,
            )
        self._failing = True
        self._running = None
        self._broken_until = self._clock.monotonic() + REOPEN_SECONDS
        if self._waiting_since is None and self._shown is not None:
            self._waiting_since = self._clock.monotonic()

    def _reopen(self) -> None:
        self._panel.close()
        self._panel.open()
        self._broken_until = None
        self._show()
