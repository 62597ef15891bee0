from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from artframe import logs
from artframe.core.commands import describe
from artframe.core.log_files import LogFiles
from artframe.core.log_store import LogStore
from artframe.errors import CommandError, NotThere
from artframe.host.calls import PluginLog
from artframe.interfaces.log_commands import LogCommands


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level
    logs.set_secrets(set())


def written(folder: Path) -> str:
    return (folder / "artframe.log").read_text("utf-8")


def test_a_secret_never_reaches_the_log_whoever_logs_it(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "debug", console=False)
    logs.set_secrets({"s3cr3t-key"})
    logging.getLogger("some.library").warning("header %s", {"x-api-key": "s3cr3t-key"})
    try:
        raise ValueError("bad url http://host/?apiKey=s3cr3t-key")
    except ValueError:
        logging.getLogger("artframe").exception("request failed")
    assert "s3cr3t" not in written(tmp_path)
    assert written(tmp_path).count("********") == 3


def test_very_short_secrets_do_not_blacken_ordinary_words(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "info", console=False)
    logs.set_secrets({"a", "and"})
    logging.getLogger("artframe").info("salt and pepper")
    assert "salt and pepper" in written(tmp_path)


def test_a_folder_that_cannot_be_written_costs_the_file_not_the_frame(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    logs.start_logging(tmp_path / "logs", "info")
    logging.getLogger("artframe").info("still heard")
    assert "still heard" in capsys.readouterr().err


def test_libraries_stay_quiet_below_warnings(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "info", console=False)
    logging.getLogger("apscheduler").info("chatter")
    logging.getLogger("artframe").info("news")
    assert "chatter" not in written(tmp_path)
    assert "news" in written(tmp_path)


def test_a_secret_is_masked_in_whatever_form_it_is_logged(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "debug", console=False)
    secret = "pass w/rd\té'"
    logs.set_secrets({secret})
    logging.getLogger("library").info("GET /?key=%s", quote(secret, safe=""))
    logging.getLogger("library").info("GET /?key=%s", quote_plus(secret))
    logging.getLogger("library").info("body %s", json.dumps({"key": secret}))
    logging.getLogger("library").info("arguments %r", (secret,))
    logging.getLogger("library").info("plain %s", secret)
    assert [line.partition(": ")[2] for line in written(tmp_path).splitlines()] == [
        "GET /?key=********",
        "GET /?key=********",
        'body {"key": "********"}',
        """arguments ("********",)""",
        "plain ********",
    ]


def test_the_stack_of_a_line_holds_no_secret_either(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "debug", console=False)
    logs.set_secrets({"s3cr3t-key"})
    logging.getLogger("library").warning("with its stack, s3cr3t-key", stack_info=True)
    assert "Stack (most recent call last)" in written(tmp_path)
    assert "s3cr3t-key" not in written(tmp_path)


class House:
    """The log of a frame: its memory, its files, and who asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = LogStore(logs.mask)
        logs.start_logging(folder, "debug", console=False, store=self.store)

    def restart(self) -> None:
        self.store = LogStore(logs.mask)
        logs.start_logging(self.folder, "debug", console=False, store=self.store)

    def commands(self, *, running: bool = True) -> LogCommands:
        return LogCommands(
            LogFiles(self.folder), logs.mask, self.store if running else None, instances=lambda: ("family",)
        )

    def ask(self, *, running: bool = True, **arguments: Any) -> list[dict[str, Any]]:
        async def collect() -> list[dict[str, Any]]:
            return [line async for line in self.commands(running=running).logs(**arguments)]

        return asyncio.run(collect())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def messages(lines: list[dict[str, Any]]) -> list[str]:
    return [line["message"] for line in lines]


def test_lines_of_before_the_last_start_come_from_the_files_each_once(house: House) -> None:
    for number in range(5):
        logging.getLogger("artframe").info("first start, line %d", number)
    house.restart()
    for number in range(3):
        logging.getLogger("artframe").info("second start, line %d", number)
    lines = house.ask(count=6)
    assert messages(lines) == [
        "first start, line 2",
        "first start, line 3",
        "first start, line 4",
        "second start, line 0",
        "second start, line 1",
        "second start, line 2",
    ]
    assert [line["id"] for line in lines] == [-2, -1, 0, 1, 2, 3]
    assert messages(house.ask(count=2)) == ["second start, line 1", "second start, line 2"]
    assert len(house.ask(count=100)) == 8


def test_without_a_frame_the_files_tell(house: House) -> None:
    logging.getLogger("artframe").warning("told by the file")
    [line] = house.ask(running=False)
    assert (line["message"], line["level"], line["logger"]) == ("told by the file", "warning", "artframe")
    with pytest.raises(CommandError, match="no frame runs") as refused:
        house.ask(running=False, follow=True)
    assert refused.value.exit_code == 69


@pytest.mark.parametrize("restarted", [False, True], ids=["in memory", "in the files"])
def test_only_the_wanted_lines_are_shown(house: House, restarted: bool) -> None:
    plugin = PluginLog("family", "immich")
    plugin.info("from the plugin")
    plugin.error("the plugin fails")
    PluginLog("other", "immich").error("another one")
    logging.getLogger("artframe").warning("from the frame")
    if restarted:
        house.restart()
    assert messages(house.ask(plugin="family")) == ["from the plugin", "the plugin fails"]
    assert messages(house.ask(plugin="family", level="warning")) == ["the plugin fails"]
    assert messages(house.ask(level="error")) == ["the plugin fails", "another one"]
    assert messages(house.ask(level="error", count=1)) == ["another one"]
    assert house.ask(plugin="family")[0]["instance"] == "family"


@pytest.mark.parametrize("running", [False, True], ids=["without a frame", "with a frame"])
def test_a_plugin_that_never_was_is_told_apart_from_one_that_says_nothing(house: House, running: bool) -> None:
    assert house.ask(running=running, plugin="family") == [], "it is configured, and has nothing to say"
    PluginLog("removed", "immich").info("the last that was heard of it")
    assert house.ask(running=running, plugin="removed", level="error") == []
    with pytest.raises(NotThere, match="'famly'") as refused:
        house.ask(running=running, plugin="famly")
    assert refused.value.hint == "did you mean 'family'?"


def test_what_the_files_say_is_masked_with_what_is_secret_today(house: House) -> None:
    logging.getLogger("artframe").info("the key is s3cr3t-key")
    house.restart()
    logs.set_secrets({"s3cr3t-key"})
    assert messages(house.ask()) == ["the key is ********"]


def test_who_follows_gets_the_last_lines_and_then_each_new_one(house: House) -> None:
    async def follow() -> list[str]:
        seen = []
        logging.getLogger("artframe").info("before")
        async for line in house.commands().logs(follow=True, level="info"):
            seen.append(line["message"])
            if len(seen) == 1:
                logging.getLogger("artframe").debug("not wanted")
                threading.Thread(target=logging.getLogger("artframe").info, args=("news",)).start()
            else:
                return seen
        return seen

    assert asyncio.run(asyncio.wait_for(follow(), 60)) == ["before", "news"]
    assert house.store.listener_count == 0, "who went away is forgotten"


def test_who_asks_again_gets_only_what_came_since_and_no_file_is_read_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        logging.getLogger("artframe").info("line %d", number)
    monkeypatch.setattr(LogFiles, "before", None)
    assert messages(house.ask(after=2)) == ["line 2"]
    assert house.ask(after=3) == []
    assert messages(house.ask(after=700)) == ["line 0", "line 1", "line 2"], "the frame was started anew"


def test_a_line_reads_like_one_of_the_file_and_shows_its_traceback(house: House) -> None:
    try:
        raise ValueError("torn")
    except ValueError:
        PluginLog("family", "immich").exception("it failed")
    known = describe(house.commands().logs)
    assert known.streams and known.render is not None
    [line] = house.ask()
    text = known.render(line)
    assert "ERROR   artframe.plugins.immich: [family] it failed\nTraceback (most recent call last):" in text
    assert text.endswith("ValueError: torn")
