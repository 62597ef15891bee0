"""The demo library, painted once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageOps

pytest.importorskip("numpy", reason="the demo pictures are painted with numpy")
pillow_heif = pytest.importorskip("pillow_heif")

from artframe.demo.library import build  # noqa: E402
from artframe.demo.picture import DemoPicture  # noqa: E402

Library = tuple[Path, tuple[DemoPicture, ...]]


@pytest.fixture(scope="session")
def today() -> date:
    return datetime.now(UTC).astimezone().date()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, today: date) -> Library:
    """All pictures in a folder, as a first start of the demo paints them."""
    pillow_heif.register_heif_opener()
    folder = tmp_path_factory.mktemp("demo-library")
    return folder, build(folder, today=today)


@pytest.fixture(scope="session")
def upright() -> Callable[[Path], Image.Image]:
    """Opens a file as a viewer that honours the orientation shows it; JPEGs are decoded small."""

    def open_upright(path: Path) -> Image.Image:
        with Image.open(path) as image:
            if image.format == "JPEG":
                image.draft("RGB", (700, 700))
            return ImageOps.exif_transpose(image).convert("RGB")

    return open_upright
