"""A folder and an Immich at the moment before a run that does everything, to come back to again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator, moments
from artframe.testing import ManualClock
from artframe_folder_sync.records import ActionKind
from tests.plugins.folder_sync.everything import LEFT_OUT, Outcome, Snapshot, configure, disturb, healed, prepare
from tests.plugins.folder_sync.world import ServerTime, World


class Stage:
    """A world before a run that does everything, to come back to."""

    end: Outcome

    def __init__(self, base: Path, generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = ManualClock()
        monkeypatch.setattr(moments, "now", ServerTime(self.clock).now)
        self.server = Simulator(base / "server", generation=generation)
        self.server.start()
        self.world = World(base, self.server, self.clock)
        configure(self.world)
        prepare(self.world)
        disturb(self.world)
        self.contents = self.world.contents()
        self.world.close()
        self.server.stop()
        self._snapshot = Snapshot(self.world, base / "snapshot")

    def reset(self) -> None:
        """Back to the moment before the run."""
        self.world.close()
        self.server.stop()
        self._snapshot.restore()
        self.server.start()

    def rehearse(self) -> int:
        """How many requests an undisturbed run makes; ``end`` is then how it all ends."""
        self.reset()
        report = self.world.run()
        assert set(ActionKind) - {kind for kind, count in report.done.items() if count} <= LEFT_OUT
        self._requests, self._writes = self.world.requests(), set(self.world.writes())
        self.end = healed(self.world, None)
        self.world.assert_quiet()
        return len(self._requests)

    def is_write(self, number: int) -> bool:
        """Whether this request of the undisturbed run changed something."""
        return self._requests[number] in self._writes
