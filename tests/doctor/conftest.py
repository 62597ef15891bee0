"""A furnished machine and a home on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from artframe.config.home import init_home
from tests.doctor.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    init_home(folder)
    return folder
