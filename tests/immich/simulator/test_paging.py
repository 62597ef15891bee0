"""Does every page of a listing without a tie-breaker have the size and the times it should, whatever it shows?"""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from artframe.immich.simulator.paging import Order, turn_of


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(1, 70))
def test_pages_show_as_many_rows_of_every_time_as_there_are_places(times: list[int], size: int) -> None:
    ordered = sorted(times)
    order = Order(rows=array("q", range(len(ordered))), times=array("q", ordered))
    seen: list[int] = []
    for page in range((len(ordered) + size - 1) // size):
        shown = order.page(page * size, size, turn=turn_of(page + 1, size))
        assert [ordered[row] for row in shown] == ordered[page * size : page * size + size]
        assert len(set(shown)) == len(shown)  # no row comes twice on one page
        seen += shown
    assert len(seen) == len(ordered)
    if len(set(ordered)) == len(ordered) or size >= len(ordered):
        assert sorted(seen) == list(range(len(ordered)))


@given(st.integers(2, 60), st.integers(1, 20))
def test_rows_of_one_time_over_several_pages_always_lose_one(pages: int, size: int) -> None:
    total = pages * size
    order = Order(rows=array("q", range(total)), times=array("q", [7] * total))
    seen = [row for page in range(pages) for row in order.page(page * size, size, turn=turn_of(page + 1, size))]
    assert len(seen) == total
    assert len(set(seen)) < total
