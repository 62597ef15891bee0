"""No order of events makes the sync lose, forget or alter a photo: random ones are tried.

``ARTFRAME_ORDERS=400 pytest ...`` tries so many, and looks for the shortest way to what it finds.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from artframe.immich.simulator import Simulator
from tests.plugins.folder_sync.orders import Orders

LONG = int(os.environ.get("ARTFRAME_ORDERS", "0"))


@pytest.mark.timeout(3600 if LONG else 900)
def test_no_order_of_events_loses_a_photo_or_deletes_one_that_is_meant_to_stay(
    server: Simulator, tmp_path: Path
) -> None:
    numbers = itertools.count()
    run_state_machine_as_test(
        lambda: Orders(server, tmp_path / str(next(numbers))),
        settings=settings(
            max_examples=LONG or 15,
            stateful_step_count=50 if LONG else 30,
            phases=Phase if LONG else (Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
