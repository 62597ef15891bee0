"""Do two real servers and the embedded one answer the same requests alike? (status, keys, JSON types, error bodies)"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.immich.simulator.recorded import SHARED, VERSIONS, replayed, shape_difference
from tests.immich.simulator.replay import Replayed

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the recorded answers are not here ({SHARED})")


def differences(one: Replayed) -> list[str]:
    entry, answer = one.entry, one.answer
    if answer.status_code != entry["status"]:
        return [f"status {answer.status_code}, not {entry['status']}: {answer.text[:200]}"]
    found = header_differences(entry, answer)
    body = entry["response_body"]
    if not isinstance(body, dict | list) or "_binary_bytes" in body:
        return found
    own = answer.json()
    found += shape_difference(body, own)
    if answer.status_code >= 400 and isinstance(body, dict):
        for name in ("message", "error", "statusCode", "errors"):
            expected = one.replay.translated(body.get(name))
            shortened = "items in total" in str(expected) or " chars)" in str(expected)
            if not shortened and sorted_lines(expected) != sorted_lines(own.get(name)):
                found.append(f"{name} is {own.get(name)!r}, not {expected!r}")
    return found


def sorted_lines(value: Any) -> Any:
    """The order of 2.7's complaints about one field depends on the order of its decorators."""
    return sorted(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value


def header_differences(entry: dict[str, Any], answer: requests.Response) -> list[str]:
    """Headers of media answers, and the content type of all."""
    names = [
        "Content-Type",
        "Content-Disposition",
        "Accept-Ranges",
        "Cache-Control",
        "Location",
        "Content-Range",
        "ETag",
    ]
    found = []
    for name in names:
        recorded, own = entry["response_headers"].get(name), answer.headers.get(name)
        if (recorded is None) != (own is None) or (
            recorded != own and name in ("Content-Type", "Accept-Ranges", "Cache-Control")
        ):
            found.append(f"header {name} is {own!r}, not {recorded!r}")
    return found


CASES = [(generation, entry["name"]) for generation in VERSIONS for entry in replayed(generation)]


@pytest.mark.parametrize(("generation", "name"), CASES)
def test_answers_like_the_real_server(replays: dict[str, dict[str, Replayed]], generation: str, name: str) -> None:
    assert not differences(replays[generation][name])


def test_most_of_the_recording_is_replayed() -> None:
    assert {generation: len(replayed(generation)) > 400 for generation in VERSIONS} == {"2.7": True, "3.0": True}
