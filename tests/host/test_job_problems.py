"""Failing jobs of a plugin are told by their causes."""

from __future__ import annotations

from artframe.errors import NotReady
from artframe.host.states import State
from artframe.plugin import job
from artframe.testing import PluginHost
from tests.host.toys import World, toy


def test_two_jobs_that_fail_for_one_cause_are_one_line_until_both_work(plugin_host: PluginHost, world: World) -> None:
    away = {"by_day", "by_night"}

    def work(name: str) -> None:
        if name in away:
            raise NotReady("the server is away")

    def by_day(self: object) -> None:
        work("by_day")

    def by_night(self: object) -> None:
        work("by_night")

    plugin_host.install("toy", toy(world, by_day=job("by_day")(by_day), by_night=job("by_night")(by_night)))
    plugin_host.configure("one", "toy", {})
    plugin_host.wait_for("one", State.RUNNING)

    def told(name: str) -> list[str]:
        plugin_host.command("job run", job=f"one/{name}")
        return [problem.message for problem in plugin_host.problems.of("one")]

    assert told("by_day") == told("by_night") == ["the server is away"]
    away.remove("by_day")
    assert told("by_day") == ["the server is away"]
    away.remove("by_night")
    assert told("by_night") == []
