from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.testing import ManualClock
from tests.interfaces.ssh.serving import Frame


@pytest.fixture
def bare_frame(tmp_path: Path) -> Iterator[Frame]:
    """Not started, and without any key."""
    frame = Frame(tmp_path)
    yield frame
    frame.stop()


@pytest.fixture
def clocked(bare_frame: Frame, manual_clock: ManualClock) -> Frame:
    """Up, open to ada, and with a clock that the test moves."""
    bare_frame.clock = manual_clock
    bare_frame.authorize()
    return bare_frame.start()


@pytest.fixture
def frame(bare_frame: Frame) -> Frame:
    """Up, and open to ada."""
    bare_frame.authorize()
    return bare_frame.start()
