"""The states of one configured plugin: started, retried, parked, stopped, left behind."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from artframe.errors import CommandError
from artframe.host.states import PluginStateChanged, State
from artframe.plugin import AuthFailed, ConfigError, Finding, NotReady
from artframe.testing import ManualClock, PluginHost
from artframe.testing.host import WAIT_SECONDS as PATIENCE
from tests.host.toys import Hanging, World, raising, toy


@pytest.fixture
def host(plugin_host: PluginHost, world: World) -> PluginHost:
    plugin_host.install("toy", toy(world))
    return plugin_host


def states(host: PluginHost) -> list[State]:
    return [event.new for event in host.witness.seen if isinstance(event, PluginStateChanged)]


def test_a_plugin_goes_through_its_states(host: PluginHost) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    host.configure("one", "toy", {}, enabled=False)
    host.wait_for("one", State.DISABLED)
    assert states(host) == [
        State.STARTING,
        State.RUNNING,
        State.STOPPING,
        State.STOPPED,
        State.DISABLED,
    ]


def test_an_unreachable_world_is_tried_again_with_growing_pauses(
    host: PluginHost, world: World, manual_clock: ManualClock
) -> None:
    world.on_start = raising(NotReady("cannot reach the server"))
    host.configure("one", "toy", {})
    pauses = []
    for tries in range(1, 12):
        host.witness.wait_until(lambda tries=tries: world.count("start") == tries, f"try {tries}")
        host.wait_for("one", State.RETRYING)
        next_try = host.entry("one").standing.next_try
        assert next_try is not None
        pauses.append((next_try - manual_clock.now()).total_seconds())
        host.pass_time(pauses[-1] + 0.001)
    assert 4 <= pauses[0] <= 5
    assert pauses[:8] == sorted(pauses[:8])
    assert max(pauses) <= 900
    assert pauses[-1] >= 720


def test_the_pause_that_the_other_side_asked_for_is_kept(host: PluginHost, world: World) -> None:
    world.on_start = raising(NotReady("busy", retry_after=120))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RETRYING)
    host.pass_time(119)
    assert world.count("start") == 1
    host.pass_time(1)
    host.witness.wait_until(lambda: world.count("start") == 2, "the second try")


def test_a_settings_change_wakes_a_retry_at_once(host: PluginHost, world: World) -> None:
    world.on_start = raising(NotReady("cannot reach the server"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RETRYING)
    world.on_start = lambda plugin: None
    host.configure("one", "toy", {"word": "other"})
    host.wait_for("one", State.RUNNING)


def test_a_manual_retry_wakes_a_retry_at_once(host: PluginHost, world: World) -> None:
    world.on_start = raising(NotReady("cannot reach the server"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RETRYING)
    assert host.command("plugin retry", instance="one")["state"] == "retrying"
    world.on_start = lambda plugin: None
    assert host.command("plugin retry", instance="one")["state"] == "running"
    assert world.count("start") == 3


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (AuthFailed("the key is refused", "make a new one"), State.NEEDS_ATTENTION),
        (ConfigError("no such album"), State.NEEDS_ATTENTION),
        (KeyError("x"), State.FAILED),
        (SystemExit(3), State.FAILED),
        (KeyboardInterrupt(), State.FAILED),
        (asyncio.CancelledError(), State.RETRYING),
        (GeneratorExit(), State.FAILED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value.value,
)
def test_what_start_raises_decides_the_state_and_harms_nobody_else(
    host: PluginHost, world: World, error: BaseException, state: State
) -> None:
    other = World()
    host.install("other", toy(other))
    host.configure("good", "other", {})
    host.wait_for("good", State.RUNNING)
    world.on_start = raising(error)
    host.configure("one", "toy", {})
    host.wait_for("one", state)
    assert [problem.key for problem in host.problems.of("one")] == ["state"]
    assert host.entry("good").state is State.RUNNING
    assert other.count("stop") == 0


def test_an_async_start_that_asks_the_process_to_exit_is_parked(plugin_host: PluginHost, world: World) -> None:
    async def start(self: object) -> None:
        await asyncio.sleep(0)
        raise SystemExit(1)

    plugin_host.install("toy", toy(world, start=start))
    plugin_host.configure("one", "toy", {})
    plugin_host.wait_for("one", State.FAILED)


def test_a_bug_is_logged_once_with_its_traceback(
    host: PluginHost, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.on_start = raising(KeyError("secret-key-1234"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.FAILED)
    host.command("plugin retry", instance="one")
    host.command("plugin retry", instance="one")
    assert world.count("start") == 3
    assert len([record for record in caplog.records if record.exc_info]) == 1
    # What a foreign exception says may be anything: people get its type and place.
    assert "secret-key-1234" not in host.entry("one").standing.reason
    assert "KeyError" in host.entry("one").standing.reason


def test_repeated_failures_are_logged_once_and_the_recovery_once(
    host: PluginHost, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "artframe.plugins")
    world.on_start = raising(NotReady("cannot reach the server"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RETRYING)
    for _ in range(3):
        host.command("plugin retry", instance="one")
    world.on_start = lambda plugin: None
    host.command("plugin retry", instance="one")
    texts = [record.getMessage() for record in caplog.records if record.name == "artframe.plugins.toy"]
    assert texts == [
        "[one] waits for the world outside; tried again by itself: cannot reach the server",
        "[one] running again",
    ]


def test_a_problem_keeps_the_time_of_the_first_failure(
    host: PluginHost, world: World, manual_clock: ManualClock
) -> None:
    began = manual_clock.now()
    world.on_start = raising(NotReady("cannot reach the server"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RETRYING)
    manual_clock.advance(86400)
    host.command("plugin retry", instance="one")
    [problem] = host.problems.of("one")
    assert problem.since == began
    world.on_start = lambda plugin: None
    host.command("plugin retry", instance="one")
    assert not host.problems.of("one")


def test_a_stop_that_hangs_is_left_behind_and_the_rest_goes_on(host: PluginHost, world: World) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    world.on_stop = hanging = Hanging()
    host.configure("one", "toy", {"word": "new"})
    assert hanging.entered.wait(60)
    host.pass_time_until(lambda: host.entry("one").state is State.STUCK, "it to be stuck")
    assert "stop" in host.entry("one").standing.reason
    host.configure("two", "toy", {})
    host.wait_for("two", State.RUNNING)
    # It comes back after all: then the new settings are tried.
    world.on_stop = lambda plugin: None
    hanging.let_go.set()
    host.wait_for("one", State.RUNNING)
    assert world.most_living == 1


def test_a_stuck_plugin_is_started_anew_when_a_person_says_so(host: PluginHost, world: World) -> None:
    world.on_start = hanging = Hanging()
    host.configure("one", "toy", {})
    assert hanging.entered.wait(60)
    host.pass_time_until(lambda: host.entry("one").state is State.STUCK, "it to be stuck")
    world.on_start = lambda plugin: None
    assert host.command("plugin retry", instance="one")["state"] == "running"
    new = host.entry("one").plugin
    # The old start ends now: its object is told to stop, the new one is not touched.
    hanging.let_go.set()
    host.witness.wait_until(lambda: world.count("stop") == 1, "the late stop of the old object")
    assert host.entry("one").plugin is new
    assert host.entry("one").state is State.RUNNING


def test_a_start_that_comes_back_late_is_closed_before_the_next_one(host: PluginHost, world: World) -> None:
    world.on_start, world.on_stop = starting, closing = Hanging(), Hanging()
    host.configure("one", "toy", {})
    assert starting.entered.wait(PATIENCE)
    host.pass_time_until(lambda: host.entry("one").state is State.STUCK, "it to be stuck")
    world.on_start = lambda plugin: None
    starting.let_go.set()
    assert closing.entered.wait(PATIENCE)
    host.on_loop(asyncio.sleep(0.05))  # long enough for one that does not wait
    assert world.count("start") == 1
    closing.let_go.set()
    host.wait_for("one", State.RUNNING)
    assert world.events == ["start", "stop", "start"]


def test_a_bug_in_stop_does_not_keep_it_from_stopping(host: PluginHost, world: World) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    world.on_stop = raising(SystemExit(1))
    host.configure("one", "toy", {}, enabled=False)
    host.wait_for("one", State.DISABLED)


def test_a_failing_spawned_thread_is_the_plugins_failure(host: PluginHost, world: World) -> None:
    go = threading.Event()

    def work() -> None:
        go.wait(60)
        raise NotReady("the stream broke")

    world.on_start = lambda plugin: plugin.frame.spawn(work, "stream")
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    go.set()
    host.wait_for("one", State.RETRYING)
    assert host.entry("one").standing.reason == "the stream broke"
    assert world.count("stop") == 1


def test_a_plugin_that_runs_only_for_moments_is_retried_with_growing_pauses(
    host: PluginHost, world: World, manual_clock: ManualClock
) -> None:
    def start(plugin: object) -> None:
        plugin.frame.spawn(lambda: raising(NotReady("broke"))(None), "stream")  # type: ignore[attr-defined]

    world.on_start = start
    host.configure("one", "toy", {})
    pauses = []
    for tries in range(1, 5):
        host.witness.wait_until(lambda tries=tries: world.count("stop") == tries, f"end {tries}")
        host.wait_for("one", State.RETRYING)
        next_try = host.entry("one").standing.next_try
        assert next_try is not None
        pauses.append((next_try - manual_clock.now()).total_seconds())
        host.pass_time(pauses[-1] + 0.001)
    assert pauses == sorted(pauses)
    assert pauses[-1] > 30


def test_check_works_on_a_plugin_that_does_not_run(host: PluginHost, world: World) -> None:
    world.on_check = lambda plugin: (Finding(ok=True, text=f"connected to {plugin.settings.word}") for _ in range(1))
    host.configure("one", "toy", {"word": "home"}, enabled=False)
    host.wait_for("one", State.DISABLED)
    result = host.command("plugin check", instance="one")
    assert result == {
        "instance": "one",
        "ok": True,
        "findings": [{"ok": True, "text": "connected to home", "hint": ""}],
        "exit_code": 0,
    }
    assert world.count("start") == 0


def test_what_check_raises_is_a_finding(host: PluginHost, world: World) -> None:
    world.on_check = raising(AuthFailed("the key is refused", "make a new one"))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    result = host.command("plugin check", instance="one")
    assert result["findings"] == [{"ok": False, "text": "the key is refused", "hint": "make a new one"}]
    assert host.entry("one").state is State.RUNNING


def test_there_is_nothing_to_retry_in_a_plugin_that_runs(host: PluginHost) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    with pytest.raises(CommandError, match="nothing to retry"):
        host.command("plugin retry", instance="one")


def test_reload_makes_a_new_object(host: PluginHost, world: World) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    before = host.entry("one").plugin
    assert host.command("plugin reload", instance="one")["state"] == "running"
    assert host.entry("one").plugin is not before
    assert world.events == ["start", "stop", "start"]
