"""A look at the display: what is seen, as people see it, at the price of one for everybody who looks."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artframe.display.display_commands import DisplayCommands
from artframe.display.layout import Rotation
from artframe.display.painter import turned
from artframe.display.screenshots import Screenshots
from artframe.display.stage import Presented
from artframe.errors import CommandError, NotReady
from artframe.testing import ManualClock

from .conftest import CORNERS, four_corners
from .test_stage import SIZE, Projector, Running, plain, until


@dataclass
class Studio:
    """A stage that runs, and who takes pictures of it. ``encoded`` counts how often that was work."""

    projector: Projector
    running: Running
    clock: ManualClock
    rotation: Rotation = 0
    encoded: int = 0

    def take(self, story: Callable[[Screenshots], Awaitable[Any]]) -> Any:
        async def tell() -> Any:
            async def run(function: Callable[..., Any], *arguments: object) -> Any:
                self.encoded += 1
                return await asyncio.to_thread(function, *arguments)

            stage, projector = self.running.stage, self.projector
            return await story(Screenshots(stage, projector, self.clock, run, lambda: self.rotation))

        return asyncio.run(tell())

    def show(self, picture: Image.Image, token: int) -> None:
        self.running.stage.present(picture, token=token)
        self.running.expect(Presented(token=token))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    projector = Projector(tmp_path)
    running = Running(projector)
    running.thread.start()
    yield Studio(projector, running, ManualClock())
    projector.hold.set()
    running.stage.stop()
    running.thread.join(60)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_screenshot_is_what_is_seen(studio: Studio) -> None:
    studio.show(four_corners(*SIZE), 1)
    png = opened(studio.take(lambda shots: shots.take("png")))
    assert (png.format, png.size) == ("PNG", SIZE)
    assert png.getpixel((5, 5)) == CORNERS[0] and png.getpixel((60, 30)) == CORNERS[3]
    jpeg = opened(studio.take(lambda shots: shots.take("jpeg")))
    assert (jpeg.format, jpeg.size) == ("JPEG", SIZE) and not jpeg.getexif()


def test_a_smaller_one_keeps_its_shape_and_none_is_larger_than_the_display(studio: Studio) -> None:
    studio.show(four_corners(*SIZE), 1)
    assert opened(studio.take(lambda shots: shots.take("jpeg", 32))).size == (32, 18)
    assert opened(studio.take(lambda shots: shots.take("jpeg", 5000))).size == SIZE


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_of_a_panel_that_hangs_turned_it_is_upright(studio: Studio, rotation: Rotation) -> None:
    upright = four_corners(*(SIZE if rotation in (0, 180) else SIZE[::-1]))
    studio.rotation = rotation
    studio.show(turned(upright, rotation), 1)
    shot = opened(studio.take(lambda shots: shots.take("png")))
    assert shot.size == upright.size and shot.tobytes() == upright.tobytes()


def test_ten_who_look_cost_one_until_something_else_is_seen(studio: Studio) -> None:
    async def story(shots: Screenshots) -> None:
        first = await asyncio.gather(*(shots.take("jpeg") for _ in range(10)))
        assert len(set(first)) == 1 and studio.encoded == 1
        await shots.take("jpeg", 32)
        assert studio.encoded == 2
        assert await shots.take("jpeg") == first[0] and studio.encoded == 2
        await asyncio.to_thread(studio.show, plain("blue"), 2)
        assert await shots.take("jpeg") != first[0] and studio.encoded == 3

    studio.show(plain("red"), 1)
    studio.take(story)


def test_during_a_fade_a_young_one_will_do_and_afterwards_not(studio: Studio) -> None:
    async def further() -> None:
        seen = len(studio.projector.fractions) + 2
        await asyncio.to_thread(until, lambda: len(studio.projector.fractions) > seen)

    async def story(shots: Screenshots) -> None:
        studio.running.stage.present(plain("blue"), token=2, fade_seconds=60)
        await further()
        first = await shots.take("jpeg")
        await further()
        assert await shots.take("jpeg") == first and studio.encoded == 1
        studio.clock.advance(1)
        await further()
        await shots.take("jpeg")
        assert studio.encoded == 2
        studio.running.stage.present(plain("lime"), token=3)
        await asyncio.to_thread(studio.running.expect, Presented(token=3))
        pixel = opened(await shots.take("png")).getpixel((5, 5))
        assert pixel == (0, 255, 0)

    studio.show(plain("red"), 1)
    studio.take(story)


def test_what_was_asked_for_before_is_seen_already(studio: Studio) -> None:
    async def story(shots: Screenshots) -> None:
        await shots.take("png")
        studio.projector.hold.clear()
        studio.running.stage.sleep(True)  # the main thread has not come to it yet
        look = asyncio.create_task(shots.take("png"))
        assert await asyncio.to_thread(studio.projector.held.wait, 20)
        studio.projector.hold.set()
        assert opened(await look).getbbox() is None

    studio.show(plain("red"), 1)
    studio.take(story)


def test_asleep_it_is_black(studio: Studio) -> None:
    studio.show(plain("red"), 1)
    studio.running.stage.sleep(True)
    assert opened(studio.take(lambda shots: shots.take("png"))).getbbox() is None


def test_a_display_that_hangs_is_told_instead_of_waited_for(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artframe.display.screenshots.PATIENCE_SECONDS", 0.05)
    studio.projector.hold.clear()
    studio.running.stage.present(plain("red"), token=1)
    assert studio.projector.held.wait(60)
    with pytest.raises(NotReady, match="does not answer"):
        studio.take(lambda shots: shots.take("jpeg"))
    studio.projector.hold.set()
    studio.running.expect(Presented(token=1))
    assert studio.take(lambda shots: shots.take("jpeg"))


def test_the_main_thread_is_only_asked_for_pixels(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()
    picture = studio.projector.picture

    def note(frame: Any) -> Image.Image:
        threads.add(threading.get_ident())
        return picture(frame)

    monkeypatch.setattr(studio.projector, "picture", note)
    studio.show(plain("red"), 1)
    studio.take(lambda shots: shots.take("jpeg"))
    assert threads and studio.running.thread.ident not in threads


def test_a_picture_of_a_few_pixels_is_refused(studio: Studio) -> None:
    async def story(shots: Screenshots) -> None:
        await DisplayCommands(None, shots).screenshot(width=3)  # type: ignore[arg-type]

    with pytest.raises(CommandError, match="at least 16 pixels"):
        studio.take(story)
