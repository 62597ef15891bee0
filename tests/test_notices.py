"""What the frame notices about itself: a clock without a battery, and secrets that must not reach the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artframe import logs
from artframe.config.store import ConfigStore
from artframe.core.events import EventBus
from artframe.host.problems import Problems
from artframe.library.database import Database
from artframe.library.photo import LocalPhoto, Photo, PhotoShown
from artframe.notices import Notices
from artframe.plugin import PluginSettings, Secret, setting
from artframe.testing import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(1970, 1, 1, tzinfo=UTC))


@pytest.fixture
def events() -> EventBus:
    return EventBus()


@pytest.fixture
def problems(tmp_path: Path, clock: ManualClock, events: EventBus) -> Iterator[Problems]:
    problems = Problems(tmp_path / "problems.json", clock=clock, events=events)
    yield problems
    problems.close()


class Settings(PluginSettings):
    """Secrets wherever they may sit."""

    key: Secret = setting(title="key", help="its own")
    others: dict[str, Secret] = setting({}, title="others", help="some more")


def test_secrets_of_all_plugins_are_masked_in_the_log_now_and_after_a_change(
    tmp_path: Path, clock: ManualClock, events: EventBus, problems: Problems
) -> None:
    def put(key: str) -> None:
        file = tmp_path / "config" / "plugins" / "family.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        settings = {"key": key, "others": {"attic": "attic-secret"}}
        file.write_text(json.dumps({"version": 1, "plugin": "safe", "settings": settings}))
        store.load()

    def said() -> str:
        root = logging.getLogger()
        root.warning("first-secret second-secret attic-secret")
        return (tmp_path / "logs" / "artframe.log").read_text().splitlines()[-1]

    store = ConfigStore(
        tmp_path, events=events, clock=clock, kinds={"safe": Settings}.get, known_kinds=lambda: ("safe",)
    )
    put("first-secret")
    database = Database(tmp_path / "library.db")
    handlers = logging.getLogger().handlers[:]
    logs.start_logging(tmp_path / "logs", "info", console=False)
    try:
        release = Notices(store, problems, database, clock).start(events)
        assert "******** second-secret ********" in said()
        put("second-secret")
        store.reload()
        assert "******** ******** ********" in said()
        release()
    finally:
        logs.set_secrets(set())
        for handler in logging.getLogger().handlers:
            handler.close()
        logging.getLogger().handlers = handlers
        database.close()


def test_a_secret_that_no_plugin_uses_yet_is_masked_as_soon_as_it_is_known(
    tmp_path: Path, clock: ManualClock, events: EventBus, problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    store = ConfigStore(tmp_path, events=events, clock=clock, kinds={}.get, known_kinds=tuple)
    (tmp_path / "config" / "plugins").mkdir(parents=True)
    store.load()
    database = Database(tmp_path / "library.db")
    release = Notices(store, problems, database, clock).start(events)
    (tmp_path / "config" / "secrets.json").write_text('{"immich": "typed-in-just-now"}')
    store.reload()
    assert logs.mask("the key typed-in-just-now") == "the key ********"
    (tmp_path / "config" / "secrets.json").write_text("{}")
    store.reload()
    assert logs.mask("the key typed-in-just-now") == "the key ********", "who still uses it may still log it"
    logs.set_secrets(())
    release()
    database.close()


def test_a_clock_in_the_past_is_told_until_it_is_set(
    tmp_path: Path, clock: ManualClock, events: EventBus, problems: Problems
) -> None:
    store = ConfigStore(tmp_path, events=events, clock=clock, kinds={}.get, known_kinds=tuple)
    database = Database(tmp_path / "library.db")
    release = Notices(store, problems, database, clock).start(events)
    (problem,) = problems
    assert "1 January 1970" in problem.message
    assert "time" in problem.hint
    shown = PhotoShown(
        local=LocalPhoto(source="family", photo=Photo(id="1", name="a.jpg", version="1"), path=tmp_path / "a.jpg"),
        reason="the next one",
    )
    events.publish(shown)
    assert list(problems) == [problem], "still the same line"
    clock.set_wall(datetime(2026, 11, 21, tzinfo=UTC))
    events.publish(shown)
    assert list(problems) == []
    release()
    assert events.listener_count == 0
    database.close()
