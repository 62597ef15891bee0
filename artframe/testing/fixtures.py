"""Which fixtures does artframe give to the tests of plugins?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.core.clock import Clock, SystemClock
from artframe.testing.clock import ManualClock
from artframe.testing.host import PluginHost


@pytest.fixture
def manual_clock() -> ManualClock:
    """A clock that stands still until the test moves it."""
    return ManualClock()


@pytest.fixture
def plugin_clock() -> Clock:
    """The clock of ``plugin_host``: the real one; override it to return ``manual_clock`` where pauses matter."""
    return SystemClock()


@pytest.fixture
def frame_home(tmp_path: Path) -> Path:
    """An ARTFRAME_HOME of the test's own."""
    home = tmp_path / "artframe"
    home.mkdir()
    return home


@pytest.fixture
def plugin_host(frame_home: Path, plugin_clock: Clock) -> Iterator[PluginHost]:
    """A real host without a display; stopped, whatever the test did."""
    host = PluginHost(frame_home, clock=plugin_clock)
    host.start()
    try:
        yield host
    finally:
        host.stop()
