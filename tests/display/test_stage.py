"""The main thread's loop, with real panels and the real clock."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from artframe.core.clock import SystemClock
from artframe.core.sentence import Sentence
from artframe.display.layout import Size
from artframe.display.overlay import draw_badge
from artframe.display.panels import Badge, Capabilities, Frame, Input, PanelOptions
from artframe.display.panels.png import PngPanel
from artframe.display.stage import Presented, Pressed, Stage
from artframe.display.watchdog import Watchdog
from artframe.testing import ManualClock
from tests.small_disk import small_disk

SIZE = Size(64, 36)


class Projector(PngPanel):
    """The file panel with motion, keys and a switch that breaks it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(PanelOptions(size=SIZE, file=folder / "screen.png"))
        self.keys: queue.SimpleQueue[Input] = queue.SimpleQueue()
        self.fractions: list[float] = []
        self.broken = False
        self.opened = 0
        self.hold = threading.Event()
        self.hold.set()
        self.held = threading.Event()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(size=SIZE, motion=True, rate=60.0)

    def open(self) -> None:
        self.opened += 1
        super().open()

    def show(self, frame: Frame | None, badge: Badge | None = None) -> None:
        if not self.hold.is_set():
            self.held.set()
        self.hold.wait(60)
        if self.broken:
            raise OSError("the cable is out")
        super().show(frame, badge)

    def blend(self, old: Frame, new: Frame, fraction: float, badge: Badge | None = None) -> None:
        self.fractions.append(fraction)
        super().blend(old, new, fraction, badge)

    def poll(self) -> list[Input]:
        return [] if self.keys.empty() else [self.keys.get()]


class Running:
    """A stage on a thread of its own, and what it told."""

    def __init__(self, panel: PngPanel, clock: SystemClock | ManualClock | None = None) -> None:
        self.told: queue.Queue[Presented | Pressed] = queue.Queue()
        self.panel = panel
        self.stage = Stage(panel, clock or SystemClock(), self.told.put)
        self.thread = threading.Thread(target=self.stage.run)

    def expect(self, wanted: Presented | Pressed, timeout: float = 20) -> None:
        while self.told.get(timeout=timeout) != wanted:
            pass


@pytest.fixture
def projector(tmp_path: Path) -> Projector:
    return Projector(tmp_path)


@pytest.fixture
def running(projector: Projector) -> Iterator[Running]:
    running = Running(projector)
    running.thread.start()
    yield running
    projector.hold.set()
    running.stage.stop()
    running.thread.join(60)
    assert not running.thread.is_alive()


def plain(colour: str) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


def seen(running: Running) -> Image.Image:
    return running.panel.picture(running.stage.capture().result(60).frame)


def colour_of(running: Running) -> tuple[int, ...]:
    return seen(running).getpixel((5, 5))  # type: ignore[return-value]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        threading.Event().wait(0.005)


def test_a_cut_is_seen_at_once_and_told(running: Running, projector: Projector) -> None:
    running.stage.present(plain("red"), token=1)
    running.expect(Presented(token=1))
    assert colour_of(running) == (255, 0, 0) and not projector.fractions


def test_a_crossfade_grows_to_the_end_and_is_told_only_then(running: Running, projector: Projector) -> None:
    running.stage.present(plain("red"), token=1, fade_seconds=0.3)  # the first picture has nothing to fade from
    running.expect(Presented(token=1))
    running.stage.present(plain("blue"), token=2, fade_seconds=0.3)
    running.expect(Presented(token=2))
    assert projector.fractions == sorted(projector.fractions) and len(projector.fractions) > 3
    assert colour_of(running) == (0, 0, 255)


def test_a_picture_during_a_fade_goes_on_from_what_is_seen(running: Running, projector: Projector) -> None:
    running.stage.present(plain("red"), token=1)
    running.stage.present(plain("blue"), token=2, fade_seconds=30)
    until(lambda: len(projector.fractions) > 2)
    running.stage.present(plain("lime"), token=3, fade_seconds=0.1)
    running.expect(Presented(token=3))
    assert colour_of(running) == (0, 255, 0)


def test_a_panel_without_motion_cuts(tmp_path: Path) -> None:
    running = Running(PngPanel(PanelOptions(size=SIZE, file=tmp_path / "screen.png")))
    running.thread.start()
    running.stage.present(plain("red"), token=1)
    running.stage.present(plain("blue"), token=2, fade_seconds=60)
    running.expect(Presented(token=2))
    running.stage.stop()
    running.thread.join(60)


def test_the_badge_appears_over_the_same_picture(running: Running) -> None:
    running.stage.present(plain("black"), token=1)
    running.stage.set_badge(Badge(image=draw_badge(400), position=(0, 0)))
    assert seen(running).getbbox() is not None
    running.stage.set_badge(None)
    assert seen(running).getbbox() is None


def test_asleep_is_black_and_awake_shows_what_came_meanwhile(running: Running) -> None:
    running.stage.present(plain("red"), token=1)
    running.stage.sleep(True)
    assert colour_of(running) == (0, 0, 0)
    running.stage.present(plain("blue"), token=2, fade_seconds=60)
    running.expect(Presented(token=2))
    assert colour_of(running) == (0, 0, 0)
    running.stage.sleep(False)
    assert colour_of(running) == (0, 0, 255)


def test_what_is_seen_has_a_number_that_changes_with_it_and_only_then(running: Running, projector: Projector) -> None:
    running.stage.present(plain("red"), token=1)
    running.expect(Presented(token=1))
    first = running.stage.capture().result(60)
    assert first.version == running.stage.version == running.stage.capture().result(60).version
    assert not running.stage.fading
    running.stage.present(plain("blue"), token=2, fade_seconds=30)
    until(lambda: len(projector.fractions) > 2)
    assert running.stage.fading and running.stage.version > first.version
    between = running.stage.capture().result(60)
    running.stage.sleep(True)
    assert running.stage.capture().result(60).version > between.version
    assert not running.stage.fading
    assert projector.picture(first.frame).getpixel((5, 5)) == (255, 0, 0)


def test_keys_are_told(running: Running, projector: Projector) -> None:
    projector.keys.put(Input.NEXT)
    running.expect(Pressed(input=Input.NEXT))


def test_frames_are_counted(running: Running) -> None:
    before = running.stage.frames_presented
    running.stage.present(plain("red"), token=1)
    running.expect(Presented(token=1))
    assert running.stage.frames_presented == before + 1


def test_a_panel_that_fails_is_opened_again_and_shows_the_picture(projector: Projector, caplog, monkeypatch) -> None:
    monkeypatch.setattr("artframe.display.stage.REOPEN_SECONDS", 0.05)
    running = Running(projector)
    running.thread.start()
    try:
        projector.broken = True
        with caplog.at_level(logging.INFO):
            running.stage.present(plain("red"), token=1)
            until(lambda: projector.opened > 2)
            assert running.stage.stalled_for() > 0
            projector.broken = False
            running.expect(Presented(token=1))
        assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
        assert running.stage.stalled_for() < 20
        running.stage.present(plain("lime"), token=2)
        running.expect(Presented(token=2))
    finally:
        running.stage.stop()
        running.thread.join(60)


def test_a_picture_file_that_finds_no_room_is_said_plainly_and_written_when_there_is_some(
    tmp_path: Path, caplog, monkeypatch
) -> None:
    monkeypatch.setattr("artframe.display.stage.REOPEN_SECONDS", 0.05)
    with small_disk(tmp_path / "disk", size="256k") as disk:
        disk.fill()
        projector = Projector(disk.place)
        running = Running(projector)
        running.thread.start()
        try:
            with caplog.at_level(logging.INFO):
                running.stage.present(plain("red"), token=1)
                until(lambda: projector.opened > 2)
                disk.make_room()
                running.expect(Presented(token=1))
            failed, again = caplog.records
            assert "No space left on device" in failed.getMessage() and failed.exc_info is None
            assert again.levelname == "INFO"
        finally:
            running.stage.stop()
            running.thread.join(60)


def test_the_watchdog_reports_a_hanging_panel_once_and_its_recovery_once(projector: Projector, caplog) -> None:
    clock = ManualClock()
    running = Running(projector, clock)
    stalls: list[Sentence] = []
    recoveries: list[bool] = []
    watchdog = Watchdog(running.stage, clock, stalled=stalls.append, recovered=lambda: recoveries.append(True))
    clock.advance(1000)
    watchdog.check()  # a stage that does not run yet cannot hang
    running.thread.start()
    try:
        running.stage.present(plain("red"), token=1)
        running.expect(Presented(token=1))
        projector.hold.clear()
        running.stage.present(plain("blue"), token=2)
        assert projector.held.wait(60)
        clock.advance(29)
        watchdog.check()
        assert not stalls
        with caplog.at_level(logging.CRITICAL):
            clock.advance(60)
            watchdog.check()
            watchdog.check()
        assert len(stalls) == 1 and "presented nothing for" in str(stalls[0])
        assert "hold.wait" in caplog.text, "the log says where it hangs"
        projector.hold.set()
        running.expect(Presented(token=2))
        until(lambda: running.stage.stalled_for() == 0)
        watchdog.check()
        assert recoveries == [True]
    finally:
        projector.hold.set()
        running.stage.stop()
        running.thread.join(60)
