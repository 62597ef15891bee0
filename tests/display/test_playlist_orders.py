"""Whatever happens in whatever order, no round shows a photo twice."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.library.shelf import Home

from .wall import Wall, ids

STEP = st.one_of(
    st.just("show"), st.just("restart"), st.just("ahead"), st.tuples(st.just("add"), st.integers(1, 3)),
    st.tuples(st.just("remove"), st.integers(0, 30)), st.tuples(st.just("hide"), st.integers(0, 30)),
    st.tuples(st.just("unhide"), st.integers(0, 30)),
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(STEP, max_size=25), st.randoms(use_true_random=False))
def test_shuffle_never_repeats_within_a_round_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object], chance: random.Random
) -> None:
    """Photos come and go, the frame restarts, slides are prepared and given back: still no early repeat."""
    wall = Wall(Home(tmp_path_factory.mktemp("wall")))
    try:
        wall.source("family", "random", 4)
        pictures = wall.shelves["family"].pictures
        due = set(pictures)
        hidden: set[str] = set()
        seen: set[str] = set()
        added = 4

        def show() -> None:
            slide = wall.next()
            wall.playlist.shown(slide)
            if not due:
                due.update(set(pictures) - hidden)
                seen.clear()
            assert slide.local.photo.id in due
            due.discard(slide.local.photo.id)
            seen.add(slide.local.photo.id)

        actions: dict[str, Callable[[int], None]] = {}

        def add(count: int) -> None:
            nonlocal added
            if not due:
                return
            wall.source("family", "random", count, first=added)
            due.update(ids(range(added, added + count)))
            added += count

        def remove(number: int) -> None:
            if len(set(pictures) - hidden) > 2:
                gone = sorted(set(pictures) - hidden)[number % len(set(pictures) - hidden)]
                del pictures[gone]
                due.discard(gone)
                wall.home.sync(wall.shelves["family"], "family")

        def hide(number: int) -> None:
            shown = sorted(set(pictures) - hidden)
            if len(shown) > 2:
                name = shown[number % len(shown)]
                wall.hidden.hide("family", name)
                hidden.add(name)
                due.discard(name)

        def unhide(number: int) -> None:
            if hidden and due:
                name = sorted(hidden)[number % len(hidden)]
                wall.hidden.unhide("family", name)
                hidden.discard(name)
                if name not in seen:
                    due.add(name)

        actions.update(add=add, remove=remove, hide=hide, unhide=unhide)
        for step in steps:
            if step == "restart":
                wall.restart()
            elif step == "ahead":
                slides = [wall.next() for _ in range(min(2, len(set(pictures) - hidden)))]
                assert len({slide.local.key for slide in slides}) == len(slides)
                chance.shuffle(slides)
                for slide in slides:
                    wall.playlist.release(slide)
            elif isinstance(step, tuple):
                actions[step[0]](step[1])
            show()
    finally:
        wall.home.close()
