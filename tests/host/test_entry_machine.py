"""Any order of edits, failures, retries, stops and passing time: the rules of a plugin's life hold."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from artframe.core.task import Task
from artframe.errors import CommandError
from artframe.host.states import State
from artframe.plugin import AuthFailed, NotReady, job
from artframe.testing import ManualClock, PluginHost
from artframe.testing.traces import Traces
from tests.host.toys import World, toy

ERRORS: dict[str, BaseException | None] = {
    "works": None,
    "not ready": NotReady("away"),
    "refused": AuthFailed("refused"),
    "bug": KeyError("k"),
    "exit": SystemExit(1),
}


class PluginLife(RuleBasedStateMachine):
    @initialize()
    def start_host(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.world = World()
        self.start_with = "works"
        self.job_with = "works"
        self.stop_with = "works"
        self.jobs_inside = 0
        self.most_jobs_inside = 0
        self.lock = threading.Lock()
        self.world.on_start = lambda plugin: self.acquire(plugin)
        self.world.on_stop = lambda plugin: self.fail(self.stop_with)
        self.clock = ManualClock()
        kind = toy(self.world, tick=job("tick")(lambda plugin, task: self.tick(task)))
        self.host = PluginHost(self.folder / "home", clock=self.clock, kinds={"toy": kind})
        self.host.start()
        self.before = Traces.of(self.host)
        self.words = 0
        self.configured = False

    def fail(self, how: str) -> None:
        error = ERRORS[how]
        if error is not None:
            raise error

    def acquire(self, plugin: Any) -> None:
        plugin.frame.listen(NotReady, lambda event: None)
        plugin.frame.problem("state of the roof", "leaks")
        self.fail(self.start_with)

    def tick(self, task: Task) -> None:
        with self.lock:
            self.jobs_inside += 1
            self.most_jobs_inside = max(self.most_jobs_inside, self.jobs_inside)
        try:
            for _ in range(3):
                task.step()
            self.fail(self.job_with)
        finally:
            with self.lock:
                self.jobs_inside -= 1

    @rule(how=st.sampled_from(sorted(ERRORS)))
    def next_starts(self, how: str) -> None:
        self.start_with = how

    @rule(how=st.sampled_from(sorted(ERRORS)))
    def next_jobs(self, how: str) -> None:
        self.job_with = how

    @rule(how=st.sampled_from(["works", "bug", "exit"]))
    def next_stops(self, how: str) -> None:
        self.stop_with = how

    @rule(enabled=st.booleans())
    def edit(self, enabled: bool) -> None:
        self.words += 1
        self.configured = True
        self.host.configure("one", "toy", {"word": str(self.words)}, enabled=enabled)

    @precondition(lambda self: self.configured)
    @rule()
    def delete(self) -> None:
        self.configured = False
        self.host.remove("one")

    @rule(name=st.sampled_from(["retry", "reload"]))
    def say(self, name: str) -> None:
        with contextlib.suppress(CommandError):
            self.host.command(f"plugin {name}", instance="one")

    @rule()
    def poke_the_job(self) -> None:
        self.host.jobs.request("one/tick")

    @rule(seconds=st.sampled_from([1, 10, 1000]))
    def pass_time(self, seconds: int) -> None:
        self.host.pass_time(seconds)

    @rule()
    def settle(self) -> None:
        if not self.configured:
            self.host.wait_until_gone("one")
            try:
                self.host.witness.wait_until(lambda: not self.left_behind(), "all to be released")
            except TimeoutError:
                assert self.left_behind() == []
            assert not self.host.problems.of("one")
            return
        self.host.witness.wait_until(lambda: "one" in self.host.entries, "the entry")
        # A job that still runs may fail, and stop its plugin, at any moment.
        self.host.on_loop(self.host._calm())
        state = self.host.entry("one").state
        assert state not in (State.STARTING, State.STOPPING, State.STUCK)
        living = self.world.living.get("one", 0)
        if state is State.RUNNING:
            assert living == 1
        assert (self.host.entry("one").plugin is not None) == (state is State.RUNNING)

    def left_behind(self) -> list[str]:
        return Traces.of(self.host).more_than(self.before)

    @invariant()
    def never_two_objects_nor_two_runs(self) -> None:
        if hasattr(self, "world"):
            assert self.world.most_living <= 1
            assert self.most_jobs_inside <= 1

    def teardown(self) -> None:
        if hasattr(self, "host"):
            self.host.stop()
            assert self.host.hung == ()
            shutil.rmtree(self.folder)


# Not shrunk: threads are not so kind as to do it again in the same order.
PluginLife.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TestPluginLife = PluginLife.TestCase
