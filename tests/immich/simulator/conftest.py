"""Simulators to talk to, and the recorded requests put to them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.immich.simulator.household import Household
from tests.immich.simulator.recorded import SHARED, VERSIONS
from tests.immich.simulator.replay import Replayed, replay_all


@pytest.fixture(params=["2.7", "3.0"])
def generation(request: pytest.FixtureRequest) -> str:
    """Both generations, one after the other."""
    return str(request.param)


@pytest.fixture
def household(generation: str, tmp_path: Path) -> Iterator[Household]:
    """A running server with an admin, alice and bob; every test that takes it runs against both generations."""
    with Simulator(tmp_path / "immich", generation) as server:
        yield Household(server)


@pytest.fixture
def household_of(tmp_path: Path) -> Iterator[Callable[[str], Household]]:
    """The same for a test that is about one generation."""
    with ExitStack() as stack:
        yield lambda generation: Household(stack.enter_context(Simulator(tmp_path / generation, generation)))


@pytest.fixture(scope="session")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Replayed]]:
    """The recorded requests and our answers, by generation and name."""
    found: dict[str, dict[str, Replayed]] = {}
    for generation in VERSIONS if SHARED.is_dir() else ():
        folder = tmp_path_factory.mktemp(f"recorded-{generation}")
        (folder / "photos").mkdir()
        with Simulator(folder / "immich", generation) as server:
            found[generation] = replay_all(server, generation)
    return found
