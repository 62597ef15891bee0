"""A home with one file to edit, with and without a running frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.config.home import init_home
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from tests.interfaces.editing.editor import HALL, Both, Editor
from tests.interfaces.serving import served


@pytest.fixture
def home(tmp_path: Path) -> Path:
    init_home(tmp_path / "home")
    (tmp_path / "home" / "config" / "frame.json").write_text(HALL)
    return tmp_path / "home"


@pytest.fixture(params=["with a running frame", "without a frame"])
def frame(request: pytest.FixtureRequest, home: Path) -> Iterator[Path]:
    if request.param == "without a frame":
        yield home
        return
    store = ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)
    store.load()
    with served(home, Both(store)):
        yield home


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    folder = tmp_path / "programs"
    folder.mkdir()
    return Editor(folder)
