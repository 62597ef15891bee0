"""Photos, screens and a loop for the display's tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageDraw

from artframe.library.photo import LocalPhoto, Photo
from tests.library.shelf import Home

from .wall import Wall

CORNERS = (
    (220, 30, 30),
    (30, 200, 40),
    (40, 60, 220),
    (230, 220, 60),
)  # upright: top left, top right, bottom left, right


def four_corners(width: int, height: int) -> Image.Image:
    """An upright picture whose four quarters differ, so that every wrong turn is seen."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for index, colour in enumerate(CORNERS):
        x, y = (index % 2) * width // 2, (index // 2) * height // 2
        draw.rectangle((x, y, x + width // 2, y + height // 2), fill=colour)
    return image


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    return tags


@pytest.fixture
def local(tmp_path: Path) -> Callable[..., LocalPhoto]:
    """Makes a photo of the library: a real JPEG in tmp_path unless a path is given."""

    def make(name: str, *, path: Path | None = None, size: tuple[int, int] = (320, 200), **more: object) -> LocalPhoto:
        if path is None:
            path = tmp_path / f"{name}.jpg"
            four_corners(*size).save(path)
        photo = Photo(id=name, name=path.name, version=str(more.pop("version", "1")), **more)  # type: ignore[arg-type]
        return LocalPhoto(source="album", path=path, photo=photo)

    return make


@pytest.fixture
def photos(local: Callable[..., LocalPhoto]) -> list[LocalPhoto]:
    return [local(name) for name in "abcdef"]


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    wall = Wall(Home(tmp_path))
    yield wall
    wall.home.close()


@pytest.fixture(scope="session")
def xvfb() -> Iterator[str]:
    """A real X server of 1280x720 without a monitor; its DISPLAY."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: no X server to open a real screen on")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as answer:
        number = answer.readline().strip()
    if not number:
        server.wait(60)
        pytest.skip("Xvfb did not start here")
    yield f":{number}"
    server.terminate()
    server.wait(60)


@pytest.fixture
def screen_env(xvfb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point SDL at the X server."""
    monkeypatch.setenv("DISPLAY", xvfb)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
