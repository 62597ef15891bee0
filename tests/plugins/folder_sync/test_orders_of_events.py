"""No order of events makes the sync lose, forget or alter a photo: random ones are tried."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from artframe.immich.simulator import Simulator
from tests.plugins.folder_sync.orders import Orders


@pytest.mark.timeout(900)  # when it finds something, it looks for the shortest way there
def test_no_order_of_events_loses_a_photo_or_deletes_one_that_is_meant_to_stay(
    server: Simulator, tmp_path: Path
) -> None:
    numbers = itertools.count()
    run_state_machine_as_test(
        lambda: Orders(server, tmp_path / str(next(numbers))),
        settings=settings(
            max_examples=int(os.environ.get("ARTFRAME_ORDERS", "20")),
            stateful_step_count=int(os.environ.get("ARTFRAME_ORDERS_STEPS", "30")),
            suppress_health_check=list(HealthCheck),
        ),
    )
