"""All configured plugins: they follow the files, and none holds up another."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from artframe.errors import CommandError
from artframe.host.states import PluginRemoved, State
from artframe.interfaces.arguments import parse
from artframe.plugin import Plugin, PluginSettings, Secret, job, setting
from artframe.testing import PluginHost
from artframe.testing.traces import Traces
from tests.host.toys import Hanging, World, toy


@pytest.fixture
def host(plugin_host: PluginHost, world: World) -> PluginHost:
    plugin_host.install("toy", toy(world, tick=job("tick", cron="0 3 * * *")(lambda self: None)))
    return plugin_host


def test_only_what_changed_is_reloaded(host: PluginHost) -> None:
    for instance in ("one", "two", "three"):
        host.configure(instance, "toy", {})
    for instance in ("one", "two", "three"):
        host.wait_for(instance, State.RUNNING)
    before = {entry.instance: entry.plugin for entry in host}
    host.configure("two", "toy", {"word": "new"})
    host.witness.wait_until(lambda: host.entry("two").plugin not in (None, before["two"]), "a new object")
    host.wait_for("two", State.RUNNING)
    assert host.entry("one").plugin is before["one"]
    assert host.entry("three").plugin is before["three"]


def test_of_edits_that_follow_each_other_the_last_one_counts_however_busy_the_frame_is(host: PluginHost) -> None:
    host.configure("one", "toy", {"word": "first"})
    host.wait_for("one", State.RUNNING)
    let_go = threading.Event()

    async def occupy_all_workers() -> list[asyncio.Future[bool]]:
        return [asyncio.ensure_future(host.caller.call(let_go.wait, 60)) for _ in range(40)]

    working = host.on_loop(occupy_all_workers())
    for word in ("other", "first", "last", "first"):
        host.configure("one", "toy", {"word": word})
        host.on_loop(asyncio.sleep(0))
        assert host.entry("one").config.settings.word == word
    let_go.set()
    assert host.on_loop(host.entry("one").settled()) is State.RUNNING
    plugin = host.entry("one").plugin
    assert plugin is not None
    assert plugin.settings.word == "first"
    host.on_loop(asyncio.wait(working))


def test_a_note_in_the_file_reloads_nothing(host: PluginHost) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    plugin = host.entry("one").plugin
    host.write("one", json.dumps({"_note": "mine", "version": 1, "plugin": "toy", "settings": {}}))
    host.on_loop(asyncio.sleep(0))
    assert host.entry("one").plugin is plugin


def test_a_deleted_file_is_a_plugin_gone_with_all_but_its_data(host: PluginHost) -> None:
    before = Traces.of(host)
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    plugin = host.entry("one").plugin
    assert plugin is not None
    data = plugin.frame.data_dir
    host.command("job run", job="one/tick")
    plugin.frame.problem("roof", "the roof leaks")
    host.remove("one")
    host.wait_until_gone("one")
    host.witness.wait_until(lambda: not Traces.of(host).more_than(before), "all to be released")
    assert PluginRemoved(instance="one", kind="toy") in host.witness.seen
    assert not host.problems.of("one")
    assert host.jobs.history.jobs() == ()
    assert data.is_dir()


def test_a_file_that_comes_back_while_the_old_one_stops_waits_for_it(host: PluginHost, world: World) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    world.on_stop = hanging = Hanging()
    host.remove("one")
    assert hanging.entered.wait(60)
    host.configure("one", "toy", {"word": "new"})
    host.on_loop(asyncio.sleep(0))
    assert world.count("start") == 1
    hanging.let_go.set()
    host.wait_for("one", State.RUNNING)
    assert world.most_living == 1


def test_a_broken_edit_keeps_the_plugin_running(host: PluginHost) -> None:
    host.configure("one", "toy", {"word": "good"})
    host.wait_for("one", State.RUNNING)
    plugin = host.entry("one").plugin
    host.write("one", "{ this is no JSON")
    host.on_loop(asyncio.sleep(0))
    assert host.entry("one").plugin is plugin


def test_a_file_that_cannot_be_used_is_listed_with_what_is_wrong(host: PluginHost) -> None:
    host.write("one", json.dumps({"version": 1, "plugin": "toy", "settings": {"wrod": "typo"}}))
    host.write("two", json.dumps({"version": 1, "plugin": "tyo", "settings": {}}))
    rows = {row["instance"]: row for row in host.command("plugin list")["plugins"]}
    assert rows["one"]["state"] == "needs_attention"
    assert "word" in rows["one"]["reason"]
    assert "toy" in rows["two"]["reason"]
    with pytest.raises(CommandError, match="cannot be used as its file stands"):
        host.command("plugin check", instance="one")


def test_another_kind_in_the_same_file_is_another_plugin(host: PluginHost) -> None:
    other = World()
    host.install("other", toy(other))
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    host.configure("one", "other", {})
    host.witness.wait_until(lambda: other.count("start") == 1, "the other kind")
    host.wait_for("one", State.RUNNING)
    plugin = host.entry("one").plugin
    assert plugin is not None
    assert plugin.frame.kind == "other"


def test_stop_names_who_hangs_and_everybody_else_is_stopped(host: PluginHost, world: World) -> None:
    bad = World()
    bad.on_stop = hanging = Hanging()
    host.install("bad", toy(bad))
    host.configure("good", "toy", {})
    host.configure("bad", "bad", {})
    host.wait_for("good", State.RUNNING)
    host.wait_for("bad", State.RUNNING)
    stopping = threading.Thread(target=host.stop)
    stopping.start()
    assert hanging.entered.wait(60)
    host.pass_time_until(lambda: not stopping.is_alive(), "the host to end")
    stopping.join()
    hanging.let_go.set()
    assert world.count("stop") == 1
    # Within its own limit it was left behind; had even that hung, its name would be in here.
    assert host.hung == ()
    assert any(getattr(event, "new", None) is State.STUCK for event in host.witness.seen)


def test_a_start_that_hangs_at_the_end_is_named(host: PluginHost, world: World) -> None:
    world.on_start = hanging = Hanging()
    host.configure("one", "toy", {})
    assert hanging.entered.wait(60)
    stopping = threading.Thread(target=host.stop)
    stopping.start()
    host.pass_time_until(lambda: not stopping.is_alive(), "the host to end")
    stopping.join()
    hanging.let_go.set()
    assert host.hung == ("one (starting)",)


def test_the_commands_have_a_text_for_people(host: PluginHost) -> None:
    host.configure("one", "toy", {})
    host.wait_for("one", State.RUNNING)
    for words in (["plugin", "list"], ["plugin", "check", "one"], ["plugin", "reload", "one"], ["job", "list"]):
        parsed = parse(host.commands, words)
        command = parsed.command
        result = host.on_loop(host.caller.call(command.function, **command.bind(parsed.arguments)))
        json.dumps(result)
        assert command.render is not None
        assert command.render(result)


def test_an_unknown_instance_is_told_with_the_likely_meaning(host: PluginHost) -> None:
    host.configure("family", "toy", {})
    host.wait_for("family", State.RUNNING)
    with pytest.raises(CommandError, match="did you mean 'family'"):
        host.command("plugin check", instance="famly")


def test_secrets_do_not_show_in_diagnostics(plugin_host: PluginHost) -> None:
    class Settings(PluginSettings):
        key: Secret = setting(title="Key", help="A key.")

    class Careless(Plugin):
        pass

    Careless.Settings = Settings
    Careless.diagnostics = lambda self: {"settings": self.settings, "nested": [{"key": self.settings.key}]}  # type: ignore[method-assign,assignment,misc]
    plugin_host.install("careless", Careless)
    plugin_host.configure("one", "careless", {"key": "very-secret-key"})
    plugin_host.wait_for("one", State.RUNNING)
    facts: Any = plugin_host.on_loop(plugin_host.entries.diagnostics())
    assert "very-secret-key" not in json.dumps(facts)
    assert facts["one"]["nested"] == [{"key": "********"}]
