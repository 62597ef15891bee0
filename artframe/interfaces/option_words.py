"""Which of a command's words are options, and which are values? Whatever order somebody typed them in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from artframe.core.commands import Command
from artframe.core.parameters import Parameter

_NUMBER = re.compile(r"-\d+|-\d*\.\d+")


@dataclass(kw_only=True)
class Sorted:
    """A command's words: ``options`` with what belongs to them, and the ``values`` that go by position.

    ``used``: the parameters that options name. ``waiting``: the last option still lacks its value. ``plain``: after
    ``--``, everything is a value.
    """

    options: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    used: list[Parameter] = field(default_factory=list)
    waiting: Parameter | None = None
    plain: bool = False


def option_names(parameter: Parameter) -> list[str]:
    """How the option is written, the long form first; none for what goes by position."""
    if parameter.positional:
        return []
    name = f"--{parameter.name.replace('_', '-')}"
    names = [name, f"-{parameter.short}"] if parameter.short else [name]
    return [*names, name.replace("--", "--no-", 1)] if parameter.kind is bool and parameter.default else names


def sort_words(command: Command, words: Sequence[str]) -> Sorted:
    """Tell options from values. What looks like an option and is none of the command's is left among the options."""
    known = {name: parameter for parameter in command.parameters for name in option_names(parameter)}
    found = Sorted()
    for word in words:
        if found.waiting is not None:
            found.options.append(word)
            found.waiting = None
        elif found.plain or not word.startswith("-") or word == "-" or _NUMBER.fullmatch(word):
            found.values.append(word)
        elif word == "--":
            found.plain = True
        else:
            found.options.append(word)
            _note(found, known, word)
    return found


def _note(found: Sorted, known: dict[str, Parameter], word: str) -> None:
    name, equals, _ = word.partition("=")
    letters = word[1:]
    if word.startswith("--") or name in known:
        named, complete = ([known[name]] if name in known else []), bool(equals)
    else:
        # Several letters in one word: -fl stands for -f -l, and -lhigh for -l high.
        named, complete = [], False
        for place, letter in enumerate(letters):
            if (parameter := known.get(f"-{letter}")) is None:
                break
            named.append(parameter)
            if parameter.kind is not bool:
                complete = place + 1 < len(letters)
                break
    found.used += named
    if named and named[-1].kind is not bool and not complete:
        found.waiting = named[-1]
