"""What a plugin lets people pick from reaches every face, and a plugin that fails at it harms nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from artframe.core.commands import describe
from artframe.core.exchange import Attachment
from artframe.errors import AuthFailed, CommandError, NotReady
from artframe.host.calls import MOST_QUESTIONS
from artframe.host.picking import PickCommands
from artframe.host.plugin_commands import PluginCommands
from artframe.host.states import State
from artframe.plugin import Choice, Plugin, PluginSettings, Thumbnail, setting
from artframe.testing import PluginHost

PATIENCE = 60.0


class Market:
    """Opens when the test says so."""

    open = threading.Event()
    queue = threading.Semaphore(0)


class Shop(Plugin):
    class Settings(PluginSettings):
        fruit: tuple[str, ...] = setting((), title="Fruit", picker=True)
        late: tuple[str, ...] = setting((), title="Late", picker=True)
        fails: str = setting("", title="Fails", help="How it fails.")

    settings: Any

    def choices(self, setting: str) -> Any:
        if setting == "late":
            Market.queue.release()
            assert Market.open.wait(PATIENCE)
        if self.settings.fails:
            raise {"key": AuthFailed("no key"), "world": NotReady("no shop")}.get(
                self.settings.fails, ZeroDivisionError("secret-text")
            )
        return (Choice(value=name, label=name.title(), picture=name) for name in ("apple", "pear") if setting)

    async def thumbnail(self, picture: str) -> Thumbnail | None:
        kinds = {"apple": "image/png", "script": "image/svg+xml"}
        return Thumbnail(content=b"bytes", media_type=kinds[picture]) if picture in kinds else None


@pytest.fixture
def host(plugin_host: PluginHost) -> PluginHost:
    plugin_host.install("shop", Shop)
    plugin_host.configure("corner", "shop", {})
    plugin_host.wait_for("corner", State.RUNNING)
    return plugin_host


def test_choices_are_listed_whether_the_plugin_runs_or_not(host: PluginHost) -> None:
    expected = [
        {"value": "apple", "label": "Apple", "detail": "", "picture": "apple"},
        {"value": "pear", "label": "Pear", "detail": "", "picture": "pear"},
    ]
    assert host.command("plugin choices", instance="corner", setting="settings.fruit") == expected
    host.configure("corner", "shop", {}, enabled=False)
    host.wait_for("corner", State.DISABLED)
    assert host.command("plugin choices", instance="corner", setting="fruit") == expected


def test_a_name_with_a_line_end_stays_one_line() -> None:
    row = {"value": "7", "label": "Sea\n7  Fake\x1b[2J", "detail": "a\u2028b", "picture": ""}
    choices = describe(PickCommands.choices)
    assert choices.render is not None
    assert choices.render([row]) == "Sea\\u000a7  Fake\\u001b[2J  a\\u2028b  7"
    check = describe(PluginCommands.check)
    assert check.render is not None
    told = check.render({"findings": [{"ok": True, "text": "the album Sea\nBAD", "hint": "rename\tSea 👨‍👩‍👧"}]})
    assert told.split("\n") == ["ok   the album Sea\\u000aBAD", "     rename\\u0009Sea 👨‍👩‍👧"]


def test_a_picture_is_handed_on_with_its_kind(host: PluginHost) -> None:
    shown = host.command("plugin thumbnail", instance="corner", picture="apple")
    assert shown == Attachment(name="corner.png", media_type="image/png", content=b"bytes")


@pytest.mark.parametrize("setting", ["fails", "fruits", "settings"])
def test_what_is_not_picked_from_a_list_is_told_apart_from_an_empty_list(host: PluginHost, setting: str) -> None:
    with pytest.raises(CommandError, match="no setting that is picked") as told:
        host.command("plugin choices", instance="corner", setting=setting)
    assert (told.value.hint, told.value.exit_code) == ("these are: fruit, late", 64)


@pytest.mark.parametrize("picture", ["pear", "script"])
def test_what_is_no_picture_for_a_browser_is_refused(host: PluginHost, picture: str) -> None:
    with pytest.raises(CommandError, match="no picture"):
        host.command("plugin thumbnail", instance="corner", picture=picture)


@pytest.mark.parametrize(("fails", "error"), [("key", AuthFailed), ("world", NotReady), ("bug", CommandError)])
def test_what_goes_wrong_is_told_by_who_must_act(host: PluginHost, fails: str, error: type[Exception]) -> None:
    host.configure("market", "shop", {"fails": fails})
    host.wait_for("market", State.RUNNING)
    with pytest.raises(error) as told:
        host.command("plugin choices", instance="market", setting="fruit")
    assert "secret-text" not in str(told.value)


def test_a_plugin_that_hangs_is_asked_only_so_much(host: PluginHost) -> None:
    """Each question holds a thread and a connection, also when whoever asked has gone."""
    with ThreadPoolExecutor(MOST_QUESTIONS) as visitors:
        try:
            asked = [
                visitors.submit(host.command, "plugin choices", instance="corner", setting="late")
                for _ in range(MOST_QUESTIONS)
            ]
            for _ in asked:
                assert Market.queue.acquire(timeout=PATIENCE)
            with pytest.raises(NotReady, match="not put to it"):
                host.command("plugin choices", instance="corner", setting="fruit")
            with pytest.raises(NotReady, match="not put to it"):
                host.command("plugin thumbnail", instance="corner", picture="apple")
        finally:
            Market.open.set()
        assert all(len(one.result(PATIENCE)) == 2 for one in asked)
    assert host.command("plugin choices", instance="corner", setting="fruit")
