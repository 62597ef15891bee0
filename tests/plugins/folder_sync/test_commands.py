"""What can be asked of folder sync: state, plan, run, confirmation, trash, journal."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from artframe.core.commands import Effect
from artframe.errors import CommandError
from artframe.jobs.run import Outcome
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    """Twenty photos on both sides."""
    anna = hosted.somebody()
    for number in range(20):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna, watch=False, max_deletions=3, max_deletions_percent=0)
    assert len(hosted.names(anna)) == 20
    return anna


def ask(hosted: Hosted, name: str, **arguments: Any) -> tuple[Any, str]:
    """The command's result, and as it reads for people."""
    result = hosted.host.command(f"one {name}", **arguments)
    json.dumps(result, ensure_ascii=False).encode("utf-8")
    render = hosted.host.commands.get(f"one {name}").render
    assert render is not None
    return result, render(result)


def lose(hosted: Hosted, anna: Somebody, *numbers: int) -> None:
    for number in numbers:
        (anna.folder / f"{number}.jpg").unlink()
    hosted.deleted()


def idle(hosted: Hosted) -> None:
    hosted.host.on_loop(hosted.host.jobs.idle(60))


def test_status_tells_each_person_what_is_in_step(hosted: Hosted, anna: Somebody) -> None:
    result, text = ask(hosted, "status")
    (pair,) = result["pairs"]
    assert (pair["person"], pair["tracked"], pair["held"], pair["off"]) == ("Anna", 20, [], "")
    assert pair["counts"]["tracked"] == 20
    assert "20 files in step" in text
    assert str(anna.folder) in text
    assert anna.key not in text + json.dumps(result)


def test_plan_shows_every_step_with_its_reason_and_does_nothing(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "new.jpg", photo(50))
    hosted.server.trash([hosted.asset(anna, photo(0))])
    before = sorted(anna.folder.rglob("*"))
    hosted.server.requests.clear()
    result, text = ask(hosted, "plan")
    steps = {step["path"]: step["action"] for step in result["pairs"][0]["actions"]}
    assert steps == {"new.jpg": "upload", "0.jpg": "trash_local"}
    assert all(step["reason"] for step in result["pairs"][0]["actions"])
    assert "would be uploaded: new.jpg" in text
    assert sorted(anna.folder.rglob("*")) == before
    assert not [path for method, path in hosted.server.requests if method == "DELETE" or path == "/api/assets"]


def test_run_does_it_and_tells_what_it_did(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "new.jpg", photo(50))
    result, text = ask(hosted, "run")
    assert result["pairs"][0]["done"] == {"upload": 1}
    assert result["exit_code"] == 0
    assert "1 uploaded" in text
    assert hosted.runs("folder")[-1].outcome is Outcome.GOOD


def test_run_tells_why_it_could_not(hosted: Hosted, anna: Somebody) -> None:
    anna.folder.rename(anna.folder.with_name("away"))
    result, text = ask(hosted, "run")
    assert result["exit_code"] == 75
    assert result["pairs"] == []
    assert "cannot be read" in text


def test_run_tells_whose_folder_could_not_be_looked_at_beside_those_that_could(hosted: Hosted, anna: Somebody) -> None:
    ben = hosted.somebody("Ben")
    hosted.run(anna, ben, watch=False)
    ben.folder.rename(ben.folder.with_name("away"))
    _, text = ask(hosted, "run")
    assert "Anna: " in text
    assert f"the folder {ben.folder} cannot be read" in text


def test_many_deletions_wait_with_number_sample_and_how_to_confirm(hosted: Hosted, anna: Somebody) -> None:
    lose(hosted, anna, *range(10))
    assert hosted.names(anna, trashed=True) == []
    (problem,) = [one for one in hosted.host.problems.of("one") if "held" in one.key]
    assert problem.message.startswith("10 photos would go to Immich's trash")
    assert "0.jpg" in problem.message
    assert "'artframe one confirm'" in problem.hint
    assert problem.answer == "one confirm"
    assert problem.arguments["side"] == "remote"
    assert "waits for you: 10 photos" in ask(hosted, "status")[1]
    assert "waits for your word ('confirm'): 10 at once; more than" in ask(hosted, "why", path="0.jpg")[1]


def test_what_waits_still_waits_after_a_quick_run(hosted: Hosted, anna: Somebody) -> None:
    lose(hosted, anna, *range(10))
    hosted.host.command("job run", job="one/changes")
    assert [key for key in hosted.problems() if key.startswith("held/remote")]
    assert ask(hosted, "status")[0]["pairs"][0]["held"][0]["count"] == 10


def test_what_the_problem_offers_lets_exactly_that_happen(hosted: Hosted, anna: Somebody) -> None:
    lose(hosted, anna, *range(10))
    (problem,) = [one for one in hosted.host.problems.of("one") if "held" in one.key]
    (anna.folder / "11.jpg").unlink()
    assert hosted.host.command(problem.answer, **problem.arguments) == {"confirmed": 10}
    idle(hosted)
    hosted.full()
    assert len(hosted.names(anna, trashed=True)) == 10
    assert "11.jpg" in hosted.names(anna)
    assert not [key for key in hosted.problems() if key.startswith("held/")]


def test_a_confirmation_of_something_else_is_refused(hosted: Hosted, anna: Somebody) -> None:
    lose(hosted, anna, *range(10))
    (old,) = [one for one in hosted.host.problems.of("one") if "held" in one.key]
    lose(hosted, anna, 12)
    with pytest.raises(CommandError, match="something else waits"):
        hosted.host.command(old.answer, **old.arguments)
    assert hosted.names(anna, trashed=True) == []
    assert ask(hosted, "confirm")[0] == {"confirmed": 11}


def test_confirming_asks_first_and_only_reading_does_not_change(hosted: Hosted, anna: Somebody) -> None:
    effects = {name: hosted.host.commands.get(f"one {name}").effect for name in ("confirm", "undo", "run", "plan")}
    assert effects == {
        "confirm": Effect.DANGEROUS, "undo": Effect.CHANGES, "run": Effect.CHANGES, "plan": Effect.READS,
    }  # fmt: skip
    assert ask(hosted, "confirm") == ({"confirmed": 0}, "nothing waits for a confirmation")


def test_what_immich_lost_can_be_uploaded_again_instead(hosted: Hosted, anna: Somebody) -> None:
    hosted.server.purge([hosted.asset(anna, photo(number)) for number in range(10)])
    hosted.deleted()
    assert len(list(anna.folder.glob("*.jpg"))) == 20
    assert ask(hosted, "upload-again")[0] == {"files": 10}
    idle(hosted)
    hosted.full()
    assert len(hosted.names(anna)) == 20
    assert ask(hosted, "upload-again")[1] == "nothing is held that could be uploaded again"


def test_another_disk_at_the_folders_place_waits_for_a_person(
    hosted: Hosted, anna: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.folder.rename(anna.folder.with_name("old"))
    anna.folder.mkdir()
    for file in sorted(anna.folder.with_name("old").iterdir()):
        if file.is_file():
            file.rename(anna.folder / file.name)
    assert hosted.full().outcome is Outcome.NOT_READY
    (problem,) = [one for one in hosted.host.problems.of("one") if "held/folder" in one.key]
    assert hosted.host.command(problem.answer, **problem.arguments) == {"confirmed": 1}
    idle(hosted)
    assert hosted.full().outcome is Outcome.GOOD
    assert not [key for key in hosted.problems() if key.startswith("held/")]
    assert len(hosted.names(anna)) == 20


def test_a_first_download_waits_with_its_number_and_size(hosted: Hosted, anna: Somebody) -> None:
    for number in range(40, 44):
        hosted.server.add_asset(anna.user_id, bytes(photo(number)), f"{number}.jpg")
    hosted.run(anna, watch=False, download=True, download_reserve_mb=0)
    (problem,) = [one for one in hosted.host.problems.of("one") if "held/download" in one.key]
    assert "missing" not in problem.hint
    assert "'download' off" in problem.hint
    assert problem.message.startswith("4 photos would be downloaded (4 photos (3.1 kB) are in Immich")
    assert hosted.host.command(problem.answer, **problem.arguments)["confirmed"] == 4
    idle(hosted)
    hosted.full()
    assert len(list((anna.folder / "Immich").rglob("*.jpg"))) == 4
    assert not [key for key in hosted.problems() if key.startswith("held/")]


def test_a_plan_that_nobody_waits_for_any_more_ends(hosted: Hosted, anna: Somebody) -> None:
    fault = hosted.server.faults.hang(path="/api/users/me", method="GET")
    known = hosted.host.commands.get("one plan")
    work = asyncio.run_coroutine_threadsafe(known.function(**known.bind({})), hosted.host.caller.loop)
    assert fault.wait_until_struck()
    work.cancel()
    hosted.server.faults.clear()
    assert hosted.full().outcome is Outcome.GOOD, "it waits for the plan to end"


def test_trash_lists_what_lies_in_the_folders_trash(hosted: Hosted, anna: Somebody) -> None:
    assert ask(hosted, "trash")[1] == "the folder's trash is empty"
    hosted.server.trash([hosted.asset(anna, photo(0))])
    hosted.full()
    (found,), text = ask(hosted, "trash")
    assert (found["path"], found["person"], found["size"]) == ("0.jpg", "Anna", len(photo(0)))
    assert "0.jpg" in text


def test_journal_lists_what_was_done_the_newest_first(hosted: Hosted, anna: Somebody) -> None:
    hosted.put(anna, "new.jpg", photo(50))
    hosted.full()
    lines, text = ask(hosted, "journal", count=2)
    assert lines[0]["path"] == "new.jpg"
    assert len(lines) == 2
    assert "uploaded: new.jpg" in text


def test_somebody_who_is_not_here_is_named(hosted: Hosted, anna: Somebody) -> None:
    with pytest.raises(CommandError, match="nobody here is 'Zoe'") as refused:
        hosted.host.command("one plan", person="Zoe")
    assert "Anna" in refused.value.hint
    for name in ("Anna", anna.user_id, str(anna.folder)):
        assert hosted.host.command("one trash", person=name) == []


def test_what_cannot_be_done_during_a_run_is_refused_and_not_waited_for(hosted: Hosted, anna: Somebody) -> None:
    fault = hosted.server.faults.hang(path="/api/users/me", method="GET")
    hosted.host.command("job run", job="one/folder", wait=False)
    assert fault.wait_until_struck()
    hosted.keeper().patience = 0.1
    for name in ("plan", "undo"):
        with pytest.raises(CommandError, match="being synced at the moment"):
            hosted.host.command(f"one {name}")
    hosted.server.faults.clear()
