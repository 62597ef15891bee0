"""A frame that crashes again and again comes up without what makes it crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artframe.core.clock import Clock
from artframe.host.safemode import BootWatch
from artframe.host.states import State
from artframe.testing import ManualClock, PluginHost
from tests.host.toys import Hanging, World, toy


@pytest.fixture
def boot(tmp_path: Path, manual_clock: ManualClock) -> Callable[[], BootWatch]:
    """Start a frame (as far as the boot record is concerned)."""

    def begin() -> BootWatch:
        watch = BootWatch(tmp_path / "boot.json", manual_clock)
        watch.begin()
        return watch

    return begin


def test_three_crashes_in_a_row_lead_to_safe_mode(boot: Callable[[], BootWatch]) -> None:
    assert [boot().safe_mode for _ in range(4)] == [False, False, False, True]


def test_a_frame_that_lived_five_minutes_did_not_crash_at_its_start(
    boot: Callable[[], BootWatch], manual_clock: ManualClock
) -> None:
    async def live(watch: BootWatch) -> None:
        watching = asyncio.ensure_future(watch.watch())
        for _ in range(5):
            await asyncio.sleep(0)
        manual_clock.advance(301)
        await watching

    for _ in range(10):
        watch = boot()
        assert watch.crashes == 0
        asyncio.run(live(watch))
        watch._file.flush()


def test_a_stop_on_purpose_is_no_crash(boot: Callable[[], BootWatch]) -> None:
    for _ in range(10):
        watch = boot()
        assert not watch.safe_mode
        watch.end()


def test_a_plugin_that_was_starting_at_two_crashes_is_held_back_alone(boot: Callable[[], BootWatch]) -> None:
    for _ in range(2):
        watch = boot()
        assert not watch.held("bad")
        watch.starting("good")
        watch.started("good")
        watch.starting("bad")
    watch = boot()
    assert "twice" in watch.held("bad")
    assert not watch.held("good")
    assert not watch.safe_mode
    watch.release("bad")
    assert not watch.held("bad")


def test_nobody_is_blamed_when_two_were_starting(boot: Callable[[], BootWatch]) -> None:
    for _ in range(2):
        watch = boot()
        watch.starting("one")
        watch.starting("two")
    watch = boot()
    assert not watch.held("one")
    assert not watch.held("two")


def test_when_holding_back_does_not_help_everything_is_left_out(boot: Callable[[], BootWatch]) -> None:
    for _ in range(2):
        boot().starting("bad")
    for _ in range(2):
        watch = boot()
        assert watch.held("bad")
        assert not watch.safe_mode
    watch = boot()
    assert watch.safe_mode
    assert "safe mode" in watch.held("good")
    watch.release("good")
    assert not watch.held("good")


@pytest.mark.parametrize("content", ["", "{", '{"is_young": 3, "crashes": "x", "starting": {}, "held": []}'])
def test_a_damaged_record_holds_nobody_back(tmp_path: Path, manual_clock: ManualClock, content: str) -> None:
    (tmp_path / "boot.json").write_text(content)
    watch = BootWatch(tmp_path / "boot.json", manual_clock)
    watch.begin()
    assert not watch.safe_mode
    assert not watch.held("one")


@pytest.fixture
def restart(frame_home: Path, plugin_clock: Clock, world: World) -> Iterator[Callable[[], PluginHost]]:
    """Pull the plug of the host (if there is one) and start another on the same home."""
    hosts: list[PluginHost] = []

    def start() -> PluginHost:
        if hosts:
            hosts[-1].crash = True
            hosts[-1].stop()
        hosts.append(PluginHost(frame_home, clock=plugin_clock, kinds={"toy": toy(world)}))
        hosts[-1].start()
        return hosts[-1]

    yield start
    hosts[-1].stop()


def wait_until_started(host: PluginHost, instance: str) -> None:
    """Until it runs, and the record says that its start is over: before that, a crash counts against it."""
    host.wait_for(instance, State.RUNNING)
    host.on_loop(host.entry(instance).settled())


def test_a_plugin_that_kills_the_frame_while_it_starts_is_held_back_and_can_be_retried(
    restart: Callable[[], PluginHost], world: World
) -> None:
    hanging: list[Hanging] = []

    def start(plugin: object) -> None:
        if plugin.frame.instance == "bad":  # type: ignore[attr-defined]
            hanging.append(Hanging())
            hanging[-1](plugin)

    world.on_start = start
    host = restart()
    host.configure("good", "toy", {})
    wait_until_started(host, "good")
    host.configure("bad", "toy", {})
    host.wait_for("bad", State.STARTING)
    host.witness.wait_until(lambda: len(hanging) == 1, "the start hook")
    host = restart()
    host.witness.wait_until(lambda: len(hanging) == 2, "the start hook")
    host = restart()
    host.wait_for("bad", State.NEEDS_ATTENTION)
    host.wait_for("good", State.RUNNING)
    assert "plugin retry bad" in host.entry("bad").standing.hint
    for one in hanging:
        one.let_go.set()
    world.on_start = lambda plugin: None
    assert host.command("plugin retry", instance="bad")["state"] == "running"


def test_after_three_crashes_no_plugin_starts_and_a_problem_says_how_to_leave(
    restart: Callable[[], PluginHost], world: World
) -> None:
    host = restart()
    host.configure("one", "toy", {})
    wait_until_started(host, "one")
    for _ in range(2):
        host = restart()
        wait_until_started(host, "one")
    host = restart()
    host.wait_for("one", State.NEEDS_ATTENTION)
    [problem] = host.problems.of("artframe")
    assert "safe mode" in problem.message
    assert "'one'" in problem.message
    assert "plugin retry" in problem.hint
    assert host.command("plugin retry", instance="one")["state"] == "running"


def test_other_settings_start_a_plugin_that_was_held_back(restart: Callable[[], PluginHost], world: World) -> None:
    for _ in range(4):
        host = restart()
        if "one" not in host.entries:
            host.configure("one", "toy", {})
        host.wait_for("one", State.RUNNING, State.NEEDS_ATTENTION)
        host.on_loop(host.entry("one").settled())  # the record says that its start is over
    assert host.entry("one").state is State.NEEDS_ATTENTION
    host.configure("one", "toy", {"word": "other"})
    host.wait_for("one", State.RUNNING)
