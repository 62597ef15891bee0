"""Clients, scripted servers and embedded Immichs that end with the test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from artframe.immich import Immich
from artframe.immich.simulator import Simulator
from tests.immich.client.scripted import Script, ScriptedServer

_numbers = itertools.count(1)


@pytest.fixture
def serve() -> Iterator[Callable[[Script], ScriptedServer]]:
    """Start a scripted server."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedServer(script))


@pytest.fixture
def connect() -> Iterator[Callable[..., Immich]]:
    """A client for an address, which never really pauses; its pauses are in ``pauses`` if the test gives a list."""
    with ExitStack() as stack:

        def client(url: str, key: str = "test-key", *, pauses: list[float] | None = None, **options: Any) -> Immich:
            options.setdefault("sleep", pauses.append if pauses is not None else (lambda seconds: None))
            options.setdefault("read_timeout", 60.0)
            return stack.enter_context(Immich(url, key, **options))

        yield client


@pytest.fixture(scope="session", params=["2.7", "3.0"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """An embedded Immich of either generation for all tests, since making one costs more than a user in it."""
    with Simulator(tmp_path_factory.mktemp("immich"), generation=request.param) as simulator:
        yield simulator


@pytest.fixture
def immich(running: Simulator) -> Iterator[Simulator]:
    """An embedded Immich without faults or requests from other tests."""
    running.requests.clear()
    yield running
    running.faults.clear()


@pytest.fixture
def add_user(immich: Simulator) -> Callable[[], str]:
    """A user that no other test has."""

    def add() -> str:
        number = next(_numbers)
        return immich.add_user(f"User {number}", f"user{number}@example.com", "password")

    return add
