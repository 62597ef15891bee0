"""Declaring settings: what a model refuses, and how it is said to people."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from enum import Enum
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import jsonschema
import pytest
from pydantic import ValidationError, field_validator, model_validator

from artframe.config.document import Document, parse
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem
from artframe.config.schema import (
    PluginSettings,
    Secret,
    SettingsModel,
    SourceSettings,
    problems_of,
    schema_of,
    setting,
    settings_of,
)
from artframe.core.near_names import did_you_mean
from artframe.errors import ConfigError


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Corner(SettingsModel):
    """A group inside."""

    size: float = setting(1.5, title="Size", unit="mm", gt=0, le=10)
    colour: Colour = setting(Colour.RED, title="Colour")
    shown: bool = setting(True, title="Shown")


class Everything(SourceSettings):
    """One setting of each type."""

    server_url: str = setting(title="Server", pattern="^https?://", allowed="http:// or https://")
    api_key: Secret = setting(title="Key")
    order: Literal["random", "newest"] = setting("random", title="Order")
    turn: Literal[0, 90] = setting(0, title="Turn")
    count: int = setting(3, title="Count", unit="photos", ge=1, le=9)
    names: tuple[str, ...] = setting((), title="Names")
    album: UUID | None = setting(None, title="Album")
    mixed: int | str = setting(1, title="Mixed")
    ca_file: Path | None = setting(None, title="CA file")
    corner: Corner = setting(Corner(), title="Corner")
    corners: tuple[Corner, ...] = setting((), title="Corners")


GOOD = {"server_url": "http://nas", "api_key": "hush"}


def written(data: dict[str, Any]) -> Document:
    document = parse(json.dumps(data, indent=2).encode(), "plugins/x.json").document
    assert document is not None
    return document


def wrong(model: type[SettingsModel] = Everything, **data: Any) -> list[ConfigProblem]:
    document = written({**GOOD, **data} if model is Everything else data)
    return problems_of(model, document.data, document)


def test_good_settings_are_read_as_they_stand() -> None:
    settings = Everything.model_validate({**GOOD, "names": ["a"], "corner": {"size": 2}, "ca_file": "x.pem"})
    assert settings.names == ("a",)
    assert settings.corner == Corner(size=2.0)
    assert settings.ca_file == Path("x.pem")
    assert settings.sync_interval_hours == 6
    with pytest.raises(ValidationError):
        settings.count = 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(
            {"count": "3"}, '"3" is not allowed here (allowed: whole number, 1 to 9 photos)', id="text for int"
        ),
        pytest.param({"count": True}, "true is not allowed here", id="boolean for a number"),
        pytest.param({"count": 3.0}, "3.0 is not allowed here", id="fraction for a whole number"),
        pytest.param({"count": 10}, "10 is not allowed here (allowed: whole number, 1 to 9 photos)", id="too large"),
        pytest.param({"count": None}, "null is not allowed here", id="null"),
        pytest.param({"turn": 45}, "45 is not allowed here (allowed: 0, 90)", id="none of the choices"),
        pytest.param({"order": "newst"}, 'allowed: "random", "newest"; did you mean "newest"?', id="misspelled choice"),
        pytest.param({"order": "Random"}, 'did you mean "random"?', id="choice in capitals"),
        pytest.param({"order": ["random"]}, "a list is not allowed here", id="list for a text"),
        pytest.param({"names": "a"}, "(allowed: list of text)", id="text for a list"),
        pytest.param({"names": ["a", 3]}, "names[1]: 3 is not allowed here (allowed: text)", id="in a list"),
        pytest.param({"album": "zz"}, '"zz" is not allowed here (allowed: UUID or null)', id="no UUID"),
        pytest.param({"mixed": 1.5}, "1.5 is not allowed here (allowed: whole number or text)", id="union"),
        pytest.param({"corner": {"size": 0}}, "corner.size: 0 is not allowed here (allowed: number, ", id="nested"),
        pytest.param({"corner": {"shown": 1}}, "corner.shown: 1 is not allowed here (allowed: true or false)", id="1"),
        pytest.param({"corner": {"colour": "rad"}}, 'allowed: "red", "blue"; did you mean "red"?', id="enum"),
        pytest.param({"corner": 3}, "corner: 3 is not allowed here (allowed: object)", id="number for a group"),
        pytest.param(
            {"corners": [{}, {"sise": 1}]}, "corners[1].sise: there is no such setting", id="in a list of groups"
        ),
        pytest.param({"server_url": "nas"}, '"nas" is not allowed here (allowed: text, http:// or', id="pattern"),
        pytest.param({"server_url": "ftp://me:pw@nas"}, '"ftp://********@nas" is not', id="address with a password"),
        pytest.param({"api_kye": "x"}, 'there is no such setting (did you mean "api_key"?)', id="misspelled name"),
        pytest.param({"url": "x"}, 'did you mean "server_url"?', id="shortened name"),
        pytest.param({"shown": True}, "did you mean corner.shown?", id="name of a setting further in"),
        pytest.param(
            {"zzz": 1}, "there is no such setting (allowed: sync_interval_hours, quota_mb, ", id="unknown name"
        ),
        pytest.param(
            {"api_key": 5}, "api_key: a secret cannot be a whole number (allowed: a text, or", id="secret type"
        ),
        pytest.param({"api_key": ""}, "api_key: a secret cannot be empty", id="empty secret"),
        pytest.param({"sync_interval_hours": 169}, "(allowed: whole number, 1 to 168 hours)", id="inherited"),
        pytest.param({"quota_mb": -1}, "(allowed: whole number, at least 0 MB)", id="at least"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_right(data: dict[str, Any], words: str) -> None:
    [problem] = wrong(**data)
    assert words in str(problem)
    assert problem.path.startswith(next(iter(data)))
    assert problem.line is not None
    assert problem.line > 1


def test_a_missing_setting_is_named_with_what_it_wants() -> None:
    document = written({"order": "random"})
    problems = problems_of(Everything, document.data, document)
    assert [problem.what for problem in problems] == [
        'the setting "server_url" is missing',
        'the setting "api_key" is missing',
    ]
    assert "$secret" in problems[1].allowed


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    problems = wrong(order="x", count=0, corner={"size": "big", "shwn": 1}, extra=1)
    assert [problem.path for problem in problems] == ["order", "count", "corner.size", "corner.shwn", "extra"]
    assert [problem.line for problem in problems] == sorted(problem.line or 0 for problem in problems)


def test_a_list_of_thousands_of_wrong_entries_does_not_drown_the_reader() -> None:
    problems = wrong(names=list(range(3000)))
    assert len(problems) == 51
    assert problems[-1].what == "and 2950 more problems"


def test_notes_are_no_settings_on_any_level() -> None:
    assert wrong(_note="x", _api_key=["y"], corner={"_why": 1}, corners=[{"_a": None}]) == []


def test_places_are_those_of_the_file_the_settings_stand_in() -> None:
    document = written({"version": 1, "settings": {"folder": 3}})

    class Folder(PluginSettings):
        folder: str = setting(title="Folder")

    [problem] = problems_of(Folder, document.data["settings"], document, within=("settings",))
    assert (problem.path, problem.line, problem.column) == ("settings.folder", 4, 15)


class Checked(PluginSettings):
    """With checks of its own, which are careless with what they say."""

    token: Secret = setting(title="Token")
    low: int = setting(1, title="Low")
    high: int = setting(5, title="High")
    mood: str = setting("fine", title="Mood")

    @field_validator("mood")
    @classmethod
    def _mood(cls, mood: str) -> str:
        if mood == "crash":
            raise RuntimeError("boom hush-hush")
        if mood == "refuse":
            raise ConfigError("hush-hush is no mood", "be fine")
        return mood

    @model_validator(mode="after")
    def _order(self) -> Checked:
        if self.low > self.high:
            raise ValueError(f"low is above high, and by the way the token is {self.token.reveal()}")
        return self


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"low": 6}, "low is above high, and by the way the token is ********", id="a careless text"),
        pytest.param({"mood": "crash"}, "the plugin's own check failed with RuntimeError", id="a bug"),
        pytest.param({"mood": "refuse"}, "******** is no mood (allowed: be fine)", id="an error of ours"),
    ],
)
@pytest.mark.parametrize("as_secret", [False, True], ids=["plain", "resolved"])
def test_a_plugins_own_check_speaks_for_itself_but_gives_no_secret_away(
    data: dict[str, Any], words: str, as_secret: bool
) -> None:
    document = written({"token": "hush-hush", **data})
    content = {**document.data, "token": Secret("hush-hush")} if as_secret else document.data
    [problem] = problems_of(Checked, content, document)
    assert words in str(problem)
    assert "hush" not in str(problem)


def test_a_secret_never_shows_by_itself() -> None:
    secret = Secret("hush")
    settings = Everything.model_validate({**GOOD, "api_key": secret})
    shown = [
        logging.Formatter().format(logging.LogRecord("x", 10, "x", 1, "%s", (secret,), None)),
        str(secret), repr(secret), f"{secret}", f"{secret:>12}", repr([secret]), str(settings),
        repr(settings),
        settings.model_dump_json(), str(settings.model_dump()), str(settings.model_dump(mode="json")),
        str(schema_of(Everything)),
    ]  # fmt: skip
    assert all("hush" not in text for text in shown)
    assert json.loads(settings.model_dump_json())["api_key"] == "********"
    assert settings.api_key.reveal() == "hush"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_secrets_are_equal_by_value_and_unequal_to_texts() -> None:
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert copy.deepcopy(Secret("a")) == Secret("a")
    assert len({Secret("a"), Secret("a")}) == 1


def test_the_validators_own_error_text_holds_no_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate({"server_url": ["hush"], "api_key": {"hush": 1}, "hushed": "hush"})
    assert "'hush'" not in str(caught.value)


def test_settings_are_described_for_people() -> None:
    described = {entry.path: entry for entry in settings_of(Everything)}
    assert list(described)[:3] == ["sync_interval_hours", "quota_mb", "server_url"]
    assert described["count"].type == "whole number"
    assert (described["count"].allowed, described["count"].unit, described["count"].default) == (
        "1 to 9",
        "photos",
        "3",
    )
    assert (described["api_key"].type, described["api_key"].secret, described["api_key"].required) == (
        "secret",
        True,
        True,
    )
    assert described["corner.size"].default == "1.5"
    assert described["corner.colour"].allowed == '"red", "blue"'
    assert described["album"].type == "UUID or null"
    assert described["names"].type == "list of text"


def test_the_json_schema_accepts_what_the_model_accepts_and_refuses_what_it_refuses() -> None:
    validator = jsonschema.Draft202012Validator(schema_of(Everything))
    for good in (GOOD, {**GOOD, "api_key": {"$env": "KEY"}, "_note": "x", "corner": {"_n": 1, "size": 2}}):
        assert list(validator.iter_errors(good)) == []
    for bad in ({}, {**GOOD, "count": 10}, {**GOOD, "zzz": 1}, {**GOOD, "api_key": {"$evn": "KEY"}}):
        assert list(validator.iter_errors(bad))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("immich_ulr", "immich_url"), ("IMMICH_URL", "immich_url"), ("url", "immich_url"), ("xyz", ""), ("", "")],
)
def test_the_likely_meaning_of_a_misspelled_word_is_found(word: str, expected: str) -> None:
    assert did_you_mean(word, ["immich_url", "immich_api_key", "album_id"]) == expected


@pytest.mark.parametrize(
    ("zone", "meant"),
    [
        ("Europe/Berln", "; did you mean Europe/Berlin?"),
        ("europe/berlin", "; did you mean Europe/Berlin?"),
        ("New York", "; did you mean America/New_York?"),
        ("CEST", ""),
        ("qqqqqqqq", ""),
    ],
)
def test_a_misspelled_time_zone_is_answered_with_the_likely_one(zone: str, meant: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FrameSettings(time_zone=zone)
    assert f"there is no time zone of this name{meant} [" in str(refused.value)
