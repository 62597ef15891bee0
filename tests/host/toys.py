"""Plugins whose every hook does what a test says, and that write down all that is done to them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from artframe.plugin import Plugin, PluginSettings, setting


class ToySettings(PluginSettings):
    word: str = setting("", title="Word", help="Anything: other settings are a reason to start anew.")


class World:
    """What toys of one test share: what their hooks do, and what happened. Thread-safe."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.events: list[str] = []
        self.living: dict[str, int] = {}
        self.most_living = 0
        self.on_start: Callable[[Any], Any] = _nothing
        self.on_stop: Callable[[Any], Any] = _nothing
        self.on_check: Callable[[Any], Any] = _nothing

    def note(self, event: str) -> None:
        with self.lock:
            self.events.append(event)

    def count(self, event: str) -> int:
        with self.lock:
            return self.events.count(event)

    def born(self, instance: str) -> None:
        with self.lock:
            self.living[instance] = self.living.get(instance, 0) + 1
            self.most_living = max(self.most_living, self.living[instance])

    def gone(self, instance: str) -> None:
        with self.lock:
            self.living[instance] -= 1


def _nothing(plugin: Any) -> None:
    """All is well."""


def toy(world: World, **methods: Any) -> type[Plugin]:
    """A plugin class of that world; ``methods`` are added to it (jobs, commands)."""

    class Toy(Plugin):
        """A toy."""

        Settings = ToySettings

        def start(self) -> Any:
            world.note("start")
            world.on_start(self)
            world.born(self.frame.instance)

        def stop(self) -> Any:
            world.note("stop")
            world.gone(self.frame.instance)
            world.on_stop(self)

        def check(self) -> Any:
            world.note("check")
            return world.on_check(self)

    return type("Toy", (Toy,), methods)


def raising(error: BaseException | type[BaseException]) -> Callable[[Any], Any]:
    """A hook that fails."""

    def hook(plugin: Any) -> None:
        raise error

    return hook


class Hanging:
    """A hook that hangs until the test lets go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, plugin: Any) -> None:
        self.entered.set()
        assert self.let_go.wait(60), "the test forgot to let go"
