"""Each request of a run that does everything fails once, in each way: the run ends in order, the next one heals it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artframe.errors import NotReady
from artframe.immich.simulator.faults import Faults
from tests.plugins.folder_sync.everything import healed
from tests.plugins.folder_sync.stage import Stage

FAULTS: dict[str, Callable[[Faults, int], object]] = {
    "429 once": lambda faults, skip: faults.status(429, retry_after=100, skip=skip, times=1),
    "503 from there on": lambda faults, skip: faults.status(503, skip=skip),
    "reset from there on": lambda faults, skip: faults.refuse(skip=skip),
    "answer lost once": lambda faults, skip: faults.cut(0, skip=skip, times=1),
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", FAULTS)
def test_s55_a_request_that_fails_at_any_place_of_a_run_loses_nothing_and_is_made_up_for(
    stage: Stage, fault: str
) -> None:
    """I1 and I3. What changes something fails in each way, for one generation or the other; what only reads in turn."""
    requests, turn = stage.rehearse(), 2 * list(FAULTS).index(fault) + int(stage.server.generation == "3.0")
    assert requests > 20
    for skip in range(requests):
        if (turn - skip) % (2 if stage.is_write(skip) else 4):
            continue
        stage.reset()
        FAULTS[fault](stage.server.faults, skip)
        try:
            stage.world.run()
        except NotReady as error:
            assert str(error)
        stage.server.faults.clear()
        assert stage.contents <= stage.world.contents()
        differences = healed(stage.world, stage.end).differences(stage.end)
        assert differences == [], f"after {fault} at request {skip}"
