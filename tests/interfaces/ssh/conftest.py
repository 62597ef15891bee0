from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.ssh.serving import Frame


@pytest.fixture
def bare_frame(tmp_path: Path) -> Iterator[Frame]:
    """Not started, and without any key."""
    frame = Frame(tmp_path)
    yield frame
    frame.stop()


@pytest.fixture
def frame(bare_frame: Frame) -> Frame:
    """Up, and open to ada."""
    bare_frame.authorize()
    return bare_frame.start()
