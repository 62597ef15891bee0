"""Is the plan that a dry run shows the one that a run then carries out?"""

from __future__ import annotations

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
