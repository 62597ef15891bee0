"""Whatever happens between two requests, no photo that stayed is missing from a listing that ended well."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artframe.immich import Immich, IncompleteListing
from artframe.immich.simulator import Simulator

_numbers = itertools.count(1)
EVENTS = ("trash", "restore", "archive", "show", "hide", "lock", "purge", "remove", "add", "arrive")
Event = tuple[int, str, int]


@pytest.fixture(scope="module", params=["2.7", "3.0"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder: Path = tmp_path_factory.mktemp("events")
    with Simulator(folder, generation=request.param) as simulator:
        yield simulator


def acting(server: Simulator, event: str, asset_id: str, album_id: str, user: str) -> Callable[[], object]:
    def act() -> None:
        if event == "arrive":
            server.add_assets_in_bulk(user, 3, album_id)
        elif event == "add":
            server.add_to_album(album_id, asset_id)
        elif event == "remove":
            server.remove_from_album(album_id, asset_id)
        elif server.asset(asset_id) is not None:
            getattr(server, event)(asset_id)

    return act


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(EVENTS), st.integers(0, 29)), max_size=12),
    st.integers(1, 12),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_what_stayed_is_listed_whatever_happens_between_the_requests(
    server: Simulator, events: list[Event], page_size: int, same_second: bool, shared: bool, known: bool
) -> None:
    number = next(_numbers)
    user = server.add_user("A", f"a{number}@example.com", "password")
    other = server.add_user("B", f"b{number}@example.com", "password")
    album_id = server.create_album(user, "Album")
    everything = server.add_assets_in_bulk(user, 20, album_id, same_second=same_second)
    everything += server.add_assets_in_bulk(other if shared else user, 10, album_id, same_second=same_second)
    server.share_album(album_id, other, "editor")
    for moment, event, index in events:
        action = acting(server, event, everything[index], album_id, other if shared else user)
        server.faults.meanwhile(action, path="/api/[ast]*", skip=moment, times=1)
    touched = {everything[index] for _, event, index in events if event != "arrive"}
    try:
        with Immich(server.url, server.create_key(user), _page_size=page_size) as client:
            listed = [asset.id for asset in client.album_assets(album_id, known=everything if known else ())]
    except IncompleteListing:
        return
    finally:
        server.faults.clear()
    assert len(listed) == len(set(listed))
    if known or not touched:
        assert set(everything) - touched <= set(listed)
