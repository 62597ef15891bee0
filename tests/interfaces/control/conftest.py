"""A frame with toy commands behind its socket, in homes of either length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.serving import Toys, served


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    return Toys(tmp_path)


@pytest.fixture(params=["home", "h" * 180], ids=["a short home", "a home longer than a socket address"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / str(request.param)
    (folder / "state").mkdir(parents=True)
    return folder


@pytest.fixture
def frame(home: Path, toys: Toys) -> Iterator[Path]:
    with served(home, toys):
        yield home
