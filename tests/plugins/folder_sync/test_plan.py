"""Is the plan that a dry run shows the one that a run then carries out?"""

from __future__ import annotations

import pytest

from artframe_folder_sync.records import ActionKind
from artframe_folder_sync.renderings import plan_text
from artframe_folder_sync.run import workbench
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.everything import configure, disturb, prepare
from tests.plugins.folder_sync.world import World


def test_the_plan_of_a_run_that_does_everything_is_what_it_then_does(world: World) -> None:
    configure(world)
    prepare(world)
    disturb(world)
    plan = world.run(dry=True)
    assert world.writes() == []
    report = world.run()
    planned, done = (sorted((one.kind, one.path) for one in side.actions) for side in (plan, report))
    assert planned == done
    assert plan.held == report.held


def test_a_plan_of_very_many_steps_names_some_of_each_kind_and_counts_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "MOST_PLANNED", 2)
    for number in range(5):
        world.put(f"{number}.jpg", photo(number))
    world.settle()
    plan = world.run(dry=True)
    assert plan.done == {ActionKind.UPLOAD: 5}
    assert [one.path for one in plan.actions] == ["0.jpg", "1.jpg"]
    text = plan_text({"pairs": [{"person": "Anna", **plan.as_json()}]})
    assert "5 steps" in text
    assert "and 3 more would be uploaded" in text
