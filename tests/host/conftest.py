"""The fixtures that third parties get from the installed pytest plugin; here they are named, installed or not."""

from __future__ import annotations

import pytest

from artframe.core.clock import Clock
from artframe.testing import ManualClock, frame_home, manual_clock, plugin_host
from tests.host.toys import World

__all__ = ["frame_home", "manual_clock", "plugin_clock", "plugin_host", "world"]


@pytest.fixture
def plugin_clock(manual_clock: ManualClock) -> Clock:
    """No test here waits for real time."""
    return manual_clock


@pytest.fixture
def world() -> World:
    return World()
