"""What a running frame can do, and what can be done without one, fit together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.offline import _NEED_A_FRAME, Offline
from tests.frame.running import Running


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    try:
        yield running.start()
    finally:
        running.kill()


def test_every_command_of_a_frame_works_without_one_or_is_known_to_need_it(frame: Running) -> None:
    offline = {command.words for command in Offline(frame.home).registry}
    lines = frame.ask("help")["help"].splitlines()
    running = {tuple(line.split("  ")[1].split(" <")[0].split(" [")[0].split()) for line in lines}
    assert ("photo", "next") in running
    assert offline <= running
    assert {words[0] for words in running - offline} <= set(_NEED_A_FRAME)
