"""What a plugin gets from the frame, and that all of it is taken back."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import Any

import pytest

from artframe.host.states import State
from artframe.plugin import AuthFailed, Cancelled, CommandError, NotReady, command, job
from artframe.testing import ManualClock, PluginHost
from artframe.testing.traces import Traces
from tests.host.toys import World, raising, toy


@dataclass(frozen=True, kw_only=True)
class Rang:
    number: int


def run(host: PluginHost, world: World, **methods: Any) -> Any:
    """Start a toy with these methods as the instance ``one``; returns the object."""
    host.install("toy", toy(world, **methods))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    return host.entry("one").plugin


def test_sync_listeners_are_called_in_order_in_a_thread_of_the_plugin(plugin_host: PluginHost, world: World) -> None:
    heard: list[tuple[int, str]] = []
    world.on_start = lambda plugin: plugin.frame.listen(
        Rang, lambda event: heard.append((event.number, threading.current_thread().name))
    )
    run(plugin_host, world)
    for number in range(50):
        plugin_host.events.publish(Rang(number=number))
    plugin_host.witness.wait_until(lambda: len(heard) == 50, "all events")
    assert [number for number, _ in heard] == list(range(50))
    assert {name for _, name in heard} == {"one: listeners"}


def test_async_listeners_are_called_on_the_loop(plugin_host: PluginHost, world: World) -> None:
    heard: list[str] = []

    async def hear(event: Rang) -> None:
        await asyncio.sleep(0)
        heard.append(threading.current_thread().name)

    world.on_start = lambda plugin: plugin.frame.listen(Rang, hear)
    run(plugin_host, world)
    plugin_host.events.publish(Rang(number=1))
    plugin_host.witness.wait_until(lambda: bool(heard), "the event")
    assert heard == ["plugin host"]


def test_a_listener_that_hangs_holds_up_no_other_plugin(plugin_host: PluginHost, world: World) -> None:
    let_go = threading.Event()
    world.on_start = lambda plugin: plugin.frame.listen(Rang, lambda event: let_go.wait(60))
    run(plugin_host, world)
    other, heard = World(), threading.Event()
    other.on_start = lambda plugin: plugin.frame.listen(Rang, lambda event: heard.set())
    plugin_host.install("other", toy(other))
    plugin_host.configure("two", "other", {})
    plugin_host.wait_for("two", State.RUNNING)
    for number in range(2000):
        plugin_host.events.publish(Rang(number=number))
    assert heard.wait(60)
    plugin_host.configure("one", "toy", {}, enabled=False)
    plugin_host.pass_time_until(lambda: plugin_host.entry("one").state is State.DISABLED, "it to be left behind")
    assert world.count("stop") == 1
    let_go.set()


def test_a_listener_with_a_bug_is_contained(plugin_host: PluginHost, world: World) -> None:
    heard: list[int] = []

    def hear(event: Rang) -> None:
        if event.number == 1:
            raise NotReady("not now")
        heard.append(event.number)

    world.on_start = lambda plugin: plugin.frame.listen(Rang, hear)
    run(plugin_host, world)
    plugin_host.events.publish(Rang(number=1))
    plugin_host.wait_for("one", State.RETRYING)


def test_everything_is_taken_back_when_it_stops(plugin_host: PluginHost, world: World) -> None:
    @job("tick", cron="* * * * *", on=Rang)
    def tick(self: Any) -> None:
        """Nothing."""

    @command("greet")
    def greet(self: Any, name: str) -> str:
        """Greet."""
        return f"hello {name}"

    def start(plugin: Any) -> None:
        plugin.frame.listen(Rang, lambda event: None)
        plugin.frame.problem("leak", "the roof leaks")
        plugin.frame.spawn(wait_for_ever, "waiting")
        plugin.frame.spawn(plugin.ended.wait, "thread")

    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    before = Traces.of(plugin_host)
    world.on_start = start
    world.on_stop = lambda plugin: plugin.ended.set()
    plugin = run(plugin_host, world, tick=tick, greet=greet, ended=threading.Event())
    plugin_host.events.publish(Rang(number=1))
    assert plugin_host.command("one greet", name="Ada") == "hello Ada"
    assert [problem.message for problem in plugin_host.problems.of("one")] == ["the roof leaks"]
    assert Traces.of(plugin_host).more_than(before)
    assert plugin.frame.panel_size == (1920, 1080)

    plugin_host.configure("one", "toy", {}, enabled=False)
    plugin_host.wait_for("one", State.DISABLED)
    plugin_host.witness.wait_until(lambda: not Traces.of(plugin_host).more_than(before), "all to be released")
    assert not plugin_host.problems.of("one")


def test_a_stopped_plugins_handle_is_refused_without_harm(plugin_host: PluginHost, world: World) -> None:
    old = run(plugin_host, world)
    frame = old.frame
    plugin_host.command("plugin reload", instance="one")
    before = Traces.of(plugin_host)
    frame.problem("late", "from the grave")
    frame.listen(Rang, lambda event: None)()
    frame.spawn(lambda: world.note("spawned"), "late")()
    heard: list[object] = []
    plugin_host.events.listen(Rang, heard.append)
    frame.publish(Rang(number=1))
    assert heard == []
    assert not plugin_host.problems.of("one")
    assert world.count("spawned") == 0
    assert [line for line in Traces.of(plugin_host).more_than(before) if "listener" not in line] == []
    with pytest.raises(Cancelled):
        _ = frame.data_dir
    with pytest.raises(Cancelled):
        asyncio.run(frame.run("plugin list"))


def test_a_problem_may_name_the_command_that_settles_it(plugin_host: PluginHost, world: World) -> None:
    world.on_start = lambda plugin: plugin.frame.problem(
        "held", "much would go", command="confirm", arguments={"side": "local"}
    )
    run(plugin_host, world)
    (problem,) = plugin_host.problems.of("one")
    assert (problem.answer, problem.as_json()["arguments"]) == ("one confirm", {"side": "local"})


def test_an_old_object_cannot_clear_the_problem_of_a_new_one(plugin_host: PluginHost, world: World) -> None:
    world.on_start = lambda plugin: plugin.frame.problem("roof", "the roof leaks")
    old = run(plugin_host, world)
    plugin_host.command("plugin reload", instance="one")
    old.frame.clear_problem("roof")
    assert [problem.message for problem in plugin_host.problems.of("one")] == ["the roof leaks"]


def test_a_problem_reported_again_after_a_reload_keeps_its_time(
    plugin_host: PluginHost, world: World, manual_clock: ManualClock
) -> None:
    began = manual_clock.now()
    world.on_start = lambda plugin: plugin.frame.problem("roof", "the roof leaks")
    run(plugin_host, world)
    manual_clock.advance(600)
    plugin_host.command("plugin reload", instance="one")
    [problem] = plugin_host.problems.of("one")
    assert problem.since == began


def test_commands_are_run_from_threads_and_from_the_loop(plugin_host: PluginHost, world: World) -> None:
    got: list[Any] = []

    @command("ask")
    async def ask(self: Any) -> int:
        """Ask the frame from the loop."""
        return len((await self.frame.run("plugin list"))["plugins"])

    world.on_start = lambda plugin: got.append(asyncio.run(plugin.frame.run("plugin list")))
    run(plugin_host, world, ask=ask)
    assert [row["instance"] for row in got[0]["plugins"]] == ["one"]
    assert plugin_host.command("one ask") == 1


@pytest.mark.parametrize(
    ("error", "text"),
    [(CommandError("no such album"), "no such album"), (NotReady("away"), "away"), (KeyError("k"), "bug")],
    ids=["caller", "world", "programmer"],
)
def test_a_failing_command_tells_its_caller_and_nobody_else(
    plugin_host: PluginHost, world: World, error: Exception, text: str
) -> None:
    @command("fail")
    def fail(self: Any) -> None:
        """Fail."""
        raise error

    run(plugin_host, world, fail=fail)
    with pytest.raises(type(error) if not isinstance(error, KeyError) else CommandError, match=text):
        plugin_host.command("one fail")
    assert plugin_host.entry("one").state is State.RUNNING
    assert not plugin_host.problems.of("one")


@pytest.mark.parametrize(
    "methods",
    [
        {"twice": job("same")(lambda self: None), "again": job("same")(lambda self: None)},
        {"odd": job(cron="61 * * * *")(lambda self: None)},
        {"odd": job(cron="* * *")(lambda self: None)},
        {"odd": job(every=lambda self: self.nothing)(lambda self: None)},
        {"one": command("same")(lambda self: None), "two": command("same")(lambda self: None)},
    ],
    ids=["two jobs of one name", "impossible time", "three fields", "interval with a bug", "two commands of one name"],
)
def test_jobs_and_commands_that_make_no_sense_park_the_plugin(
    plugin_host: PluginHost, world: World, methods: dict[str, Any]
) -> None:
    before = Traces.of(plugin_host)
    plugin_host.install("toy", toy(world, **methods))
    plugin_host.configure("one", "toy", {})
    plugin_host.wait_for("one", State.FAILED)
    assert world.events == ["start", "stop"]
    plugin_host.witness.wait_until(lambda: not Traces.of(plugin_host).more_than(before), "all to be released")


def test_a_spawned_task_is_cancelled_by_its_release(plugin_host: PluginHost, world: World) -> None:
    began, ended = threading.Event(), threading.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    plugin = run(plugin_host, world)
    release = plugin.frame.spawn(work, "work")
    assert began.wait(60)
    release()
    assert ended.wait(60)
    assert plugin_host.entry("one").state is State.RUNNING


def test_folders_are_the_instances_own(plugin_host: PluginHost, world: World) -> None:
    plugin = run(plugin_host, world)
    assert plugin.frame.data_dir == plugin_host.home / "plugins" / "toy" / "one"
    assert plugin.frame.data_dir.is_dir()
    assert plugin.frame.cache_dir.is_dir()
    assert plugin.frame.cache_dir != plugin.frame.data_dir


def test_an_auth_failure_in_spawned_work_waits_for_a_person(plugin_host: PluginHost, world: World) -> None:
    async def work() -> None:
        raising(AuthFailed("the key was taken back"))(None)

    world.on_start = lambda plugin: plugin.frame.spawn(work, "stream")
    plugin_host.install("toy", toy(world))
    plugin_host.configure("one", "toy", {})
    plugin_host.wait_for("one", State.NEEDS_ATTENTION)
