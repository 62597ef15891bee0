"""What the commands of folder sync tell reads as people speak: local times, what still settles, one name for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from artframe.core.time_zone import TimeZone
from artframe.errors import NotReady
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody

NOON = "2026-05-01 17:3"
"""What the wall clock says in Kolkata when the test's clock says noon, or a little later."""


@pytest.fixture
def kolkata() -> Iterator[None]:
    """The frame hangs in India."""
    zone = TimeZone()
    zone.use("Asia/Kolkata")
    yield
    zone.use("")


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    anna = hosted.somebody()
    for number in range(3):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna, watch=False, settle_seconds=20)
    return anna


def ask(hosted: Hosted, name: str, **arguments: Any) -> tuple[Any, str]:
    """The command's result, and as it reads for people."""
    result = hosted.host.command(f"one {name}", **arguments)
    render = hosted.host.commands.get(f"one {name}").render
    assert render is not None
    return result, render(result)


@pytest.mark.usefixtures("kolkata")
def test_times_are_those_of_the_frames_zone_in_texts_and_utc_in_answers(hosted: Hosted, anna: Somebody) -> None:
    hosted.server.trash([hosted.asset(anna, photo(0))])
    hosted.full()
    for name, arguments in (("status", {}), ("journal", {}), ("trash", {}), ("why", {"path": "0.jpg"})):
        result, text = ask(hosted, name, **arguments)
        assert NOON in text, name
        assert "UTC" not in text
        assert "+00:00" not in text
        assert "2026-05-01T12:0" in json.dumps(result)


def test_what_came_just_now_is_told_with_the_time_at_which_it_may_go(hosted: Hosted, anna: Somebody) -> None:
    now = hosted.clock.now()
    hosted.put(anna, "new.jpg", photo(7), age=5)
    hosted.put(anna, "newer.jpg", photo(8), age=0)
    result, text = ask(hosted, "plan")
    assert result["pairs"][0]["settling"] == {"files": 2, "next": (now + timedelta(seconds=15)).isoformat()}
    assert "2 files changed just now" in text
    assert "would be uploaded" not in text
    assert ask(hosted, "status")[0]["pairs"][0]["settling"]["files"] == 0, "no run has seen them"
    ran, text = ask(hosted, "run")
    assert "2 files changed just now" in text
    assert ran["pairs"][0]["settling"] | {"folders": 0} == ask(hosted, "status")[0]["pairs"][0]["settling"]
    hosted.clock.advance(16)
    assert ask(hosted, "status")[0]["pairs"][0]["settling"]["files"] == 1


def test_what_the_watch_heard_of_is_told_before_any_run_saw_it(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna, settle_seconds=20)
    now = hosted.clock.now()
    hosted.put(anna, "New/a.jpg", photo(7), age=0)
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: "New" in keeper.unrest.waiting, "the change to be noticed")
    result, text = ask(hosted, "status")
    assert result["pairs"][0]["settling"]["next"] == (now + timedelta(seconds=20)).isoformat()
    assert "changed just now" in text


def test_one_thing_has_one_name_in_all_answers(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "new.jpg", photo(7))
    (plan,) = ask(hosted, "plan")[0]["pairs"]
    (status,) = ask(hosted, "status")[0]["pairs"]
    hosted.full()
    (line,) = ask(hosted, "journal", count=1)[0]
    (found,) = ask(hosted, "why", path="new.jpg")[0]
    assert {plan["user_id"], status["user_id"], line["user_id"]} == {anna.user_id}
    assert {plan["person"], status["person"], line["person"], found["person"]} == {"Anna"}
    assert "asset_id" in plan["actions"][0]
    assert found["journal"][0] == line
    assert line["asset_id"] == hosted.asset(anna, photo(7))


def test_after_a_restart_status_knows_what_is_in_step_before_the_first_run_has_ended(
    hosted: Hosted, anna: Somebody
) -> None:
    fault = hosted.server.faults.hang(path="/api/search/metadata", method="POST")
    hosted.configure(anna, watch=False, settle_seconds=21)
    assert fault.wait_until_struck()
    result, text = ask(hosted, "status")
    hosted.server.faults.clear()
    assert result["pairs"][0]["tracked"] == 3
    assert "no run has ended since artframe started" in text


def test_what_is_known_is_told_while_the_folder_is_away(hosted: Hosted, anna: Somebody) -> None:
    anna.folder.rename(anna.folder.with_name("away"))
    (found,) = ask(hosted, "why", path="0.jpg")[0]
    assert hosted.asset(anna, photo(0)) in " ".join(found["facts"])
    with pytest.raises(NotReady, match="cannot be read at the moment"):
        ask(hosted, "trash")
    _, text = ask(hosted, "run")
    assert "is its disk plugged in" in text, "what to do is said as well"
