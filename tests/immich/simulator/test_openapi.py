"""Are the embedded server's answers what the published API descriptions promise?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.immich.simulator.openapi import complaints
from tests.immich.simulator.recorded import SHARED, VERSIONS, replayed
from tests.immich.simulator.replay import Replayed

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the API descriptions are not here ({SHARED})")

CASES = [
    (generation, entry["name"])
    for generation in VERSIONS
    for entry in replayed(generation)
    if entry["status"] < 300
    and isinstance(entry["response_body"], dict | list)
    and "_binary_bytes" not in entry["response_body"]  # a file
]


@pytest.mark.parametrize(("generation", "name"), CASES)
def test_answer_is_as_described(replays: dict[str, dict[str, Replayed]], generation: str, name: str) -> None:
    one = replays[generation][name]
    ours = _complaints(generation, one, one.answer.json())
    # where the real server's recorded answer breaks its own description, ours may do the same
    real = _complaints(generation, one, _shortened_lists(one.entry["response_body"]))
    assert not ours - real


def _complaints(generation: str, one: Replayed, body: Any) -> set[str]:
    return complaints(generation, one.entry["method"], one.entry["path"], one.entry["status"], body)


def _shortened_lists(value: Any) -> Any:
    """A recorded body without the notes that say how much of a list was left out."""
    if isinstance(value, dict):
        return {name: _shortened_lists(inner) for name, inner in value.items()}
    if isinstance(value, list):
        kept = [item for item in value if not (isinstance(item, str) and item.endswith("items in total"))]
        return [_shortened_lists(item) for item in kept]
    return value
