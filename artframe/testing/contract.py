"""What must every plugin get right? A suite that its tests inherit."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from artframe.config.schema import PluginSettings, Secret, settings_of
from artframe.core.clock import Clock, SystemClock
from artframe.errors import Cancelled
from artframe.host.states import State
from artframe.jobs.run import Outcome
from artframe.plugin import PhotoSource, Plugin
from artframe.testing.host import PluginHost
from artframe.testing.traces import Traces, files_in

KIND = "under_test"
RELEASE_SECONDS = 30.0
"""How long (really) a plugin's threads and files may take to be gone."""


class PluginContract:
    """Inherit it, and give fixtures ``plugin_class`` and ``good_settings``; the others where they make sense.

    ::

        class TestContract(PluginContract):
            @pytest.fixture
            def plugin_class(self):
                return MyPlugin

            @pytest.fixture
            def good_settings(self, my_server):
                return {"url": my_server.url, "key": "right"}

    Every test runs the real plugin in a real host, against whatever world the fixtures make.
    """

    @pytest.fixture
    def plugin_class(self) -> type[Plugin]:
        """The class under test."""
        raise NotImplementedError("give a fixture plugin_class that returns the plugin's class")

    @pytest.fixture
    def good_settings(self) -> dict[str, Any]:
        """Settings, as they stand in the file, with which it works; make the world it needs (a server) before."""
        raise NotImplementedError("give a fixture good_settings that returns settings with which the plugin works")

    @pytest.fixture
    def unreachable_settings(self) -> dict[str, Any]:
        """Settings that lead to a server that does not answer, or a disk that is not there."""
        pytest.skip("gives no unreachable_settings: nothing outside that could be away")

    @pytest.fixture
    def refused_settings(self) -> dict[str, Any]:
        """Settings with a key or password that the other side refuses."""
        pytest.skip("gives no refused_settings: nothing that could refuse a key")

    @pytest.fixture
    def world_state(self) -> Callable[[], Any]:
        """What to compare before and after ``check``: say how to read what must not change outside the frame."""
        return lambda: None

    @pytest.fixture
    def served_from(self) -> Collection[Path]:
        """Folders of the server that the plugin talks to, where that runs in the test's process."""
        return ()

    @pytest.fixture
    def plugin_clock(self) -> Clock:
        """The real time: what the plugin talks to does not wait for a test's clock."""
        return SystemClock()

    @pytest.fixture
    def host(self, plugin_host: PluginHost, plugin_class: type[Plugin]) -> PluginHost:
        """A running host that knows the plugin as ``under_test``."""
        plugin_host.install(KIND, plugin_class)
        return plugin_host

    @pytest.fixture
    def running(self, host: PluginHost, good_settings: dict[str, Any]) -> Iterator[Plugin]:
        """The plugin, running as the instance ``one``."""
        host.configure("one", KIND, good_settings)
        host.wait_for("one", State.RUNNING)
        plugin = host.entry("one").plugin
        assert plugin is not None
        yield plugin

    def test_settings_tell_people_what_they_are(self, plugin_class: type[Plugin]) -> None:
        for setting in settings_of(plugin_class.Settings):
            assert setting.title, f"the setting {setting.path} has no title"
            assert setting.help, f"the setting {setting.path} has no help"

    def test_good_settings_are_accepted_and_unknown_ones_refused(
        self, plugin_class: type[Plugin], good_settings: dict[str, Any]
    ) -> None:
        assert isinstance(plugin_class.Settings.model_validate(good_settings), PluginSettings)
        with pytest.raises(ValueError, match="there_is_no_such_setting"):
            plugin_class.Settings.model_validate({**good_settings, "there_is_no_such_setting": 1})

    def test_settings_of_the_present_version_are_left_alone_by_migrate(
        self, plugin_class: type[Plugin], good_settings: dict[str, Any]
    ) -> None:
        migrated = plugin_class.migrate(plugin_class.Settings.settings_version, json.loads(json.dumps(good_settings)))
        assert migrated == good_settings

    def test_it_starts_and_stops_and_leaves_nothing_behind(
        self, host: PluginHost, good_settings: dict[str, Any], served_from: Collection[Path]
    ) -> None:
        # Once for what a first time costs (imports, pools of libraries), then look.
        for _ in range(2):
            before = Traces.of(host, apart=served_from)
            host.configure("one", KIND, good_settings)
            host.wait_for("one", State.RUNNING)
            host.remove("one")
            host.wait_until_gone("one")
        try:
            host.witness.wait_until(
                lambda: not Traces.of(host, apart=served_from).more_than(before), "all to be released", RELEASE_SECONDS
            )
        except TimeoutError:
            assert not Traces.of(host, apart=served_from).more_than(before)

    def test_two_instances_share_nothing(self, host: PluginHost, good_settings: dict[str, Any]) -> None:
        for instance in ("one", "two"):
            host.configure(instance, KIND, good_settings)
        for instance in ("one", "two"):
            host.wait_for(instance, State.RUNNING)
        one, two = host.entry("one").plugin, host.entry("two").plugin
        assert one is not None
        assert two is not None
        assert one is not two
        assert one.frame.data_dir != two.frame.data_dir
        shared = [
            name
            for name, value in vars(one).items()
            if isinstance(value, dict | list | set | bytearray) and vars(two).get(name) is value
        ]
        assert not shared, f"both instances hold the same {', '.join(shared)}"

    def test_stop_may_be_called_twice(self, host: PluginHost, running: Plugin) -> None:
        host.on_loop(host.caller.call(running.stop))
        host.on_loop(host.caller.call(running.stop))
        host.remove("one")
        host.wait_until_gone("one")

    def test_an_unreachable_world_is_tried_again(self, host: PluginHost, unreachable_settings: dict[str, Any]) -> None:
        host.configure("one", KIND, unreachable_settings)
        self._ends_in(host, State.RETRYING, Outcome.NOT_READY)
        problems = host.problems.of("one")
        assert problems, "no problem tells the person"
        assert problems[0].message

    def test_a_refused_key_waits_for_a_person(self, host: PluginHost, refused_settings: dict[str, Any]) -> None:
        host.configure("one", KIND, refused_settings)
        self._ends_in(host, State.NEEDS_ATTENTION, Outcome.NEEDS_ATTENTION)

    def test_check_finds_all_well_and_changes_nothing(
        self, host: PluginHost, good_settings: dict[str, Any], world_state: Callable[[], Any]
    ) -> None:
        host.configure("one", KIND, good_settings, enabled=False)
        host.wait_for("one", State.DISABLED)
        outside, inside = world_state(), files_in(host.home)
        result = host.command("plugin check", instance="one")
        assert result["ok"], result["findings"]
        assert world_state() == outside
        assert files_in(host.home) == inside

    def test_check_says_what_is_wrong_with_an_unreachable_world(
        self, host: PluginHost, unreachable_settings: dict[str, Any]
    ) -> None:
        host.configure("one", KIND, unreachable_settings, enabled=False)
        result = host.command("plugin check", instance="one")
        assert not result["ok"]
        assert not any("bug" in finding["text"] for finding in result["findings"]), result["findings"]

    def test_photos_are_listed_lazily(self, running: Plugin) -> None:
        if not isinstance(running, PhotoSource):
            pytest.skip("lists no photos")
        listing = running.photos()
        assert iter(listing) is listing, "photos() is a generator: a frame with 100,000 photos has little memory"
        first = next(listing, None)
        assert first is not None, "good_settings should lead to at least one photo"
        assert first.id
        assert first.name
        assert first.version

    def test_a_fetch_ends_when_it_is_cancelled(self, running: Plugin) -> None:
        if not isinstance(running, PhotoSource):
            pytest.skip("fetches no photos")
        with pytest.raises(Cancelled):
            running.fetch(next(iter(running.photos())), _Cancelling())

    def test_diagnostics_are_plain_data_without_secrets(
        self, host: PluginHost, running: Plugin, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        facts = host.on_loop(host.entry("one").diagnostics())
        shown = json.dumps([facts, host.command("plugin list"), host.command("plugin check", instance="one")])
        shown += caplog.text
        for secret in _secrets(running.settings):
            assert secret.reveal() not in shown, "a secret shows"

    @staticmethod
    def _ends_in(host: PluginHost, state: State, outcome: Outcome) -> None:
        """Its start fails like that; or, for a source that starts without asking, its first sync does."""

        def failed_sync() -> bool:
            runs = host.jobs.history.runs("one/sync")
            return bool(runs) and runs[-1].outcome is outcome

        def is_so() -> bool:
            return "one" in host.entries and (host.entry("one").state is state or failed_sync())

        wrong = (State.FAILED, State.STUCK)
        host.witness.wait_until(
            lambda: is_so() or ("one" in host.entries and host.entry("one").state in wrong), f"it to be {state.value}"
        )
        assert is_so(), f"{host.entry('one').state}: {host.entry('one').standing.reason}"


class _Cancelling:
    """A destination on a frame that is stopping."""

    offset = 0

    def write(self, data: bytes) -> None:
        raise Cancelled

    def restart(self) -> None:
        """Nothing is here."""

    def rename(self, name: str) -> None:
        """Nothing is here."""


def _secrets(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, PluginSettings):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _secrets(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _secrets(part)
