"""How may a line that somebody has begun to type go on? Words, options, and the values that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from artframe.core.commands import Command, CommandRegistry, Effect
from artframe.core.exchange import Upload
from artframe.core.parameters import Parameter
from artframe.interfaces.option_words import option_names, sort_words


def candidates(registry: CommandRegistry, words: Sequence[str], current: str) -> list[str]:
    """What may stand in the place of ``current``, after the whole ``words`` before it; sorted. Quick, on the loop.

    Files are not among them (``expects_file``): only the caller knows which folder they are in.
    """
    if list(words[:1]) == ["help"]:
        return _beginning(current, _next_words(registry, words[1:]))
    found = _next_words(registry, words)
    if not words:
        found.add("help")
    place = _place(registry, words, current)
    if place is not None:
        if place.parameter is not None:
            found |= {place.prefix + value for value in _values(registry, place.parameter, place.given)} - place.taken
        if current.startswith("-") or (place.parameter is None and not place.prefix):
            found |= place.options
    return _beginning(current, found)


def expects_file(registry: CommandRegistry, words: Sequence[str], current: str) -> bool:
    """Whether the name of a file is wanted here."""
    place = _place(registry, words, current)
    return place is not None and place.parameter is not None and place.parameter.kind is Upload


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where in a command's arguments the line has come to. ``prefix``: what of the word is no value (``--by=``).

    ``given``: the values by position that stand before it, by the name of their parameter.
    """

    parameter: Parameter | None
    prefix: str = ""
    options: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    given: Mapping[str, str] = field(default_factory=dict)


def _place(registry: CommandRegistry, words: Sequence[str], current: str) -> _Place | None:
    command = _command(registry, words)
    if command is None:
        return None
    options = {name: parameter for parameter in command.parameters for name in option_names(parameter)}
    line = sort_words(command, words[len(command.words) :])
    if line.waiting is not None:
        return _Place(parameter=line.waiting)
    name, equals, _ = current.partition("=")
    if equals and not line.plain and name in options:
        return _Place(parameter=options[name], prefix=f"{name}=")
    positional = [parameter for parameter in command.parameters if parameter.positional]
    parameter = None
    if len(line.values) < len(positional):
        parameter = positional[len(line.values)]
    elif positional and positional[-1].many:
        parameter = positional[-1]
    known = {name for name, named in options.items() if name.startswith("--") and named not in line.used} | {"--help"}
    if command.effect is Effect.DANGEROUS:
        known.add("--yes")
    return _Place(
        parameter=parameter,
        options=frozenset() if line.plain else frozenset(known.difference(line.options)),
        taken=frozenset(line.values) if parameter is not None and parameter.many else frozenset(),
        given={known.name: value for known, value in zip(positional, line.values, strict=False)},
    )


def _command(registry: CommandRegistry, words: Sequence[str]) -> Command | None:
    fitting = [known for known in registry if known.words == tuple(words[: len(known.words)])]
    return max(fitting, key=lambda known: len(known.words), default=None)


def _next_words(registry: CommandRegistry, words: Sequence[str]) -> set[str]:
    length = len(words)
    return {
        known.words[length] for known in registry if len(known.words) > length and known.words[:length] == tuple(words)
    }


def _values(registry: CommandRegistry, parameter: Parameter, given: Mapping[str, str]) -> set[str]:
    if parameter.choices:
        return set(parameter.choices)
    within = given.get(parameter.within, "")
    return set(registry.suggestions(parameter.suggests, within)) if parameter.suggests else set()


def _beginning(current: str, found: Iterable[str]) -> list[str]:
    return sorted(word for word in found if word.startswith(current))
