"""Words, in whatever order somebody types them, become a command and its arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import pytest

from artframe.core.commands import CommandRegistry, Effect, command
from artframe.core.exchange import Hidden, Short, Upload
from artframe.errors import CommandError
from artframe.interfaces.arguments import HelpRequested, parse


class Made:
    @command("plugin add", effect=Effect.CHANGES)
    def add(self, kind: str, instance: str, changes: tuple[str, ...] = (), *, disabled: bool = False) -> None:
        """Add."""

    @command("logs")
    async def logs(
        self,
        *,
        follow: Annotated[bool, "go on", Short("f")] = False,
        level: Annotated[Literal["low", "high"], "how much", Short("l")] = "low",
        count: Annotated[int, "lines", Short("n")] = 10,
        colour: bool = True,
    ) -> AsyncIterator[str]:
        """Logs."""
        yield ""

    @command("move")
    def move(self, by: int, slowly: float = 1.0) -> None:
        """Move."""

    @command("wipe", effect=Effect.DANGEROUS)
    def wipe(self, what: str, file: Upload | None = None) -> None:
        """Wipe."""

    @command("login")
    def login(self, user: str, password: Annotated[str, Hidden]) -> None:
        """Login."""


@pytest.fixture
def registry() -> CommandRegistry:
    made = CommandRegistry()
    made.add_all(Made())
    return made


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plugin add immich family", {"changes": (), "disabled": False}),
        ("plugin add immich family a=1 b=2 --disabled", {"changes": ["a=1", "b=2"], "disabled": True}),
        ("plugin add --disabled immich family a=1", {"kind": "immich", "changes": ["a=1"], "disabled": True}),
        ("plugin add immich --disabled family a=1 b=2", {"instance": "family", "changes": ["a=1", "b=2"]}),
        ("plugin add immich family -- --disabled -x", {"changes": ["--disabled", "-x"], "disabled": False}),
        ("logs -f", {"follow": True, "level": "low"}),
        ("logs -fl high", {"follow": True, "level": "high"}),
        ("logs -flhigh -n 3", {"follow": True, "level": "high", "count": 3}),
        ("logs --count=3 --no-colour", {"count": 3, "colour": False}),
        ("move -5 -0.5", {"by": -5, "slowly": -0.5}),
        ("move 5", {"by": 5, "slowly": 1.0}),
        ("wipe attic -", {"what": "attic", "file": "-"}),
        ("login ada", {"user": "ada", "password": None}),
        ("login ada -- -secret", {"user": "ada", "password": "-secret"}),
    ],
)
def test_options_stand_anywhere_and_values_keep_their_order(
    registry: CommandRegistry, line: str, expected: dict[str, Any]
) -> None:
    arguments = parse(registry, line.split()).arguments
    assert {name: arguments[name] for name in expected} == expected


@pytest.mark.parametrize(
    "line",
    [
        "plugin add immich",
        "logs --colours",
        "logs -x",
        "logs --lev high",
        "logs -l loud",
        "move far",
        "wipe a b c",
        "logs -l",
    ],
)
def test_words_that_do_not_fit_are_refused(registry: CommandRegistry, line: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse(registry, line.split())
    assert refused.value.exit_code == 64
    assert refused.value.hint.startswith("usage: artframe ")


def test_words_that_are_too_many_are_named_as_they_were_typed(registry: CommandRegistry) -> None:
    with pytest.raises(CommandError, match=r"^unrecognized arguments: b c "):
        parse(registry, ["logs", "b", "c"])


@pytest.mark.parametrize("line", ["wipe --ye attic", "wipe attic --y"])
def test_nobody_says_yes_by_an_abbreviation(registry: CommandRegistry, line: str) -> None:
    with pytest.raises(CommandError):
        parse(registry, line.split())
    assert parse(registry, ["wipe", "attic", "--yes"]).confirmed
    assert not parse(registry, ["wipe", "attic"]).confirmed


@pytest.mark.parametrize(
    ("line", "about"),
    [("", ()), ("help", ()), ("--help", ()), ("plugin", ("plugin",)), ("help plugin add", ("plugin", "add"))],
)
def test_help_knows_what_it_is_about(registry: CommandRegistry, line: str, about: tuple[str, ...]) -> None:
    with pytest.raises(HelpRequested) as wanted:
        parse(registry, line.split())
    assert wanted.value.about == about


def test_a_value_that_looks_like_a_cry_for_help_is_none(registry: CommandRegistry) -> None:
    assert parse(registry, ["wipe", "--", "-h"]).arguments["what"] == "-h"
    with pytest.raises(HelpRequested):
        parse(registry, ["wipe", "x", "-h"])


def test_the_command_of_a_plugin_that_does_not_run_is_told_where_to_look(registry: CommandRegistry) -> None:
    with pytest.raises(CommandError, match=r"^there is no command 'camera-folder status'") as refused:
        parse(registry, ["camera-folder", "status"])
    assert "'artframe status' says if not" in refused.value.hint
