from typing import Annotated, Literal

import pytest

from artframe.core.commands import CommandRegistry, Effect, command, describe, marked
from artframe.core.exchange import AtLeast
from artframe.core.task import Task
from artframe.errors import CommandError


class Photos:
    @command("photo next", effect=Effect.CHANGES)
    def next(self) -> dict[str, str]:
        """Show the next photo.

        The present one goes to the history.
        """
        return {"shown": "next"}

    @command("photo sort")
    def sort(
        self,
        by: Annotated[Literal["name", "date"], "what to sort by"],
        limit: Annotated[int, "at most so many", AtLeast(1)] = 10,
        reverse: bool = False,
        task: Task | None = None,
    ) -> None:
        """Sort."""


def test_a_command_is_described_by_its_signature_and_docstring() -> None:
    sort = next(describe(function) for function in marked(Photos()) if "sort" in function.__name__)
    assert [(p.name, p.kind, p.required, p.default, p.choices, p.help) for p in sort.parameters] == [
        ("by", str, True, None, ("name", "date"), "what to sort by"),
        ("limit", int, False, 10, (), "at most so many"),
        ("reverse", bool, False, False, (), ""),
    ]
    assert sort.takes_task
    first = next(describe(function) for function in marked(Photos()))
    assert (first.summary, first.description) == ("Show the next photo.", "The present one goes to the history.")
    assert first.effect is Effect.CHANGES


def test_arguments_are_converted_and_completed() -> None:
    sort = describe(Photos().sort)
    bound = sort.bind({"by": "date", "limit": "3", "reverse": "true"})
    assert (bound["by"], bound["limit"], bound["reverse"]) == ("date", 3, True)
    assert isinstance(bound["task"], Task)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="a required one is missing"),
        pytest.param({"by": "colour"}, id="not a choice"),
        pytest.param({"by": "name", "limit": "many"}, id="not a number"),
        pytest.param({"by": "name", "limit": 0}, id="too small a number"),
        pytest.param({"by": "name", "limit": "-1"}, id="a number below zero"),
        pytest.param({"by": "name", "offset": 3}, id="unknown"),
    ],
)
def test_wrong_arguments_are_refused_as_the_callers_mistake(arguments: dict[str, object]) -> None:
    with pytest.raises(CommandError, match="nothing was done") as refused:
        describe(Photos().sort).bind(arguments)
    assert refused.value.exit_code == 64


def test_commands_of_a_plugin_come_and_go_with_it() -> None:
    registry = CommandRegistry()
    release = registry.add_all(Photos(), prefix="attic")
    assert [known.name for known in registry] == ["attic photo next", "attic photo sort"]
    assert registry.get("attic photo next").function() == {"shown": "next"}
    release()
    assert list(registry) == []
    with pytest.raises(CommandError, match="no command"):
        registry.get("attic photo next")


def test_two_commands_of_one_name_are_a_bug() -> None:
    registry = CommandRegistry()
    registry.add_all(Photos())
    with pytest.raises(ValueError, match="photo next"):
        registry.add_all(Photos())
