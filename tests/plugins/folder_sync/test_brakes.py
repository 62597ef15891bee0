"""How many deletions are too many to be meant."""

from __future__ import annotations

from pathlib import Path

from artframe.plugin import Sentence
from artframe_folder_sync.records import Action, ActionKind, PairConfig
from artframe_folder_sync.run.brakes import allowance, brake
from artframe_folder_sync.run.holding import held_on
from artframe_folder_sync.sayings import stored
from artframe_folder_sync.state.database import State
from artframe_folder_sync.state.gone import Waiting


def deletions(count: int, start: int = 0) -> list[Action]:
    return [
        Action(
            kind=ActionKind.TRASH_REMOTE, path=f"{number}.jpg", reason="", sha1=f"{number:040}", asset_id=f"a{number}"
        )
        for number in range(start, start + count)
    ]


def test_the_allowance_is_the_larger_of_number_and_share() -> None:
    config = PairConfig(folder=Path("/p"), server="", user_id="", key_digest="")
    assert [allowance(config, tracked) for tracked in (0, 100, 500, 1000)] == [50, 50, 50, 100]


def test_up_to_the_allowance_all_go() -> None:
    result = brake(deletions(50), approved=(), allowed=50, spent=0)
    assert (len(result.go), result.held) == (50, [])


def test_above_it_none_goes() -> None:
    result = brake(deletions(51), approved=(), allowed=50, spent=0)
    assert (result.go, len(result.held)) == ([], 51)
    assert "51" in result.why.english and "50" in result.why.english


def test_what_went_in_the_last_day_counts() -> None:
    assert len(brake(deletions(10), approved=(), allowed=50, spent=40).go) == 10
    result = brake(deletions(11), approved=(), allowed=50, spent=40)
    assert (result.go, len(result.held)) == ([], 11)
    assert "40" in result.why.english


def test_exactly_what_was_approved_goes_and_counts_towards_nothing() -> None:
    old = deletions(60)
    approved = {one.key for one in old}
    result = brake([*old, *deletions(3, start=100)], approved=approved, allowed=50, spent=0)
    assert (len(result.go), result.held) == (63, [])
    result = brake([*old, *deletions(51, start=100)], approved=approved, allowed=50, spent=0)
    assert result.go == old
    assert len(result.held) == 51


def test_the_same_path_with_another_content_is_another_deletion() -> None:
    (one,) = deletions(1)
    other = Action(kind=one.kind, path=one.path, reason="", sha1="f" * 40, asset_id=one.asset_id)
    assert brake([other], approved={one.key}, allowed=0, spent=0).held == [other]


def test_an_empty_side_stops_all_that_nobody_approved() -> None:
    few = deletions(2)
    result = brake(few, approved={few[0].key}, allowed=50, spent=0, stopped=Sentence(english="the folder is empty"))
    assert (result.go, result.held, result.why.english) == ([few[0]], [few[1]], "the folder is empty")


def test_what_waits_is_known_with_its_words_after_a_restart_and_from_before_there_were_any(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    waiting = Waiting(state)
    why = brake(deletions(3), approved=(), allowed=2, spent=0).why
    waiting.hold("local", deletions(3), stored(why))
    held = held_on(waiting, "local")
    assert held is not None
    assert (held.why, held.reason) == (why, "3 at once; more than 2 need your word")
    waiting.hold("local", deletions(3), "as an earlier version told it")
    assert (found := held_on(waiting, "local")) is not None and found.reason == "as an earlier version told it"
    state.close()
