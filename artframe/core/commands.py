"""What can the frame be asked to do? One registry behind the command line and every other face of the frame."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from artframe.core.events import Release
from artframe.core.exchange import Attachment
from artframe.core.parameters import Parameter, convert, parameters_of
from artframe.core.task import Task
from artframe.errors import CommandError

__all__ = ["Command", "CommandRegistry", "Effect", "Parameter", "command", "describe", "marked"]

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__artframe_command__"


class Effect(enum.Enum):
    """What a command does to the frame: faces decide by it what to ask before running."""

    READS = "reads"
    CHANGES = "changes"
    DANGEROUS = "dangerous"
    """Not easily undone: a person is asked first (``--yes`` answers)."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something the frame can do: ``name`` is one or more words, ``function`` sync or async.

    The result is JSON data, or an ``Attachment``. ``streams``: an async generator whose items come one by one, each of
    them JSON, rendered one by one. ``owner_only``: no API token with less than full rights may run it, whatever its
    effect (it gives away or changes who may do what). ``gives_file``: its signature says that it returns an Attachment.
    """

    name: str
    function: Callable[..., Any]
    effect: Effect
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    takes_task: bool = False
    render: Callable[[Any], str] | None = None
    streams: bool = False
    owner_only: bool = False
    gives_file: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The name, word by word."""
        return tuple(self.name.split())

    def bind(self, arguments: Mapping[str, Any], task: Task | None = None) -> dict[str, Any]:
        """Check arguments by name and type; returns keyword arguments for ``function``. Raises CommandError."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in arguments:
            if name not in known:
                raise CommandError(
                    f"'{self.name}' knows no argument '{name}'; nothing was done",
                    f"it takes: {', '.join(known) or 'nothing'}",
                    exit_code=64,
                )
        bound: dict[str, Any] = {}
        for name, parameter in known.items():
            if arguments.get(name) is None:
                if parameter.required:
                    raise CommandError(f"'{self.name}' needs '{name}'; nothing was done", parameter.help, exit_code=64)
                bound[name] = parameter.default
                continue
            bound[name] = convert(self.name, parameter, arguments[name])
        if self.takes_task:
            bound["task"] = task if task is not None else Task()
        return bound


def command(
    name: str,
    *,
    effect: Effect = Effect.READS,
    render: Callable[[Any], str] | None = None,
    owner_only: bool = False,
) -> Callable[[F], F]:
    """Mark a function or method as a command. Its signature gives the arguments, its docstring the help.

    ``Annotated[str, "help text"]`` documents an argument (``artframe.core.exchange`` has more to annotate it with); a
    parameter named ``task`` receives the progress handle. ``render`` turns the JSON result into text for people.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, (name, effect, render, owner_only))
        return function

    return mark


def describe(function: Callable[..., Any], prefix: str = "") -> Command:
    """Build the command from a marked function; ``prefix`` goes before its name (a plugin's instance)."""
    name, effect, render, owner_only = getattr(function, _MARK)
    parameters, takes_task = parameters_of(function)
    summary, _, description = inspect.cleandoc(function.__doc__ or name).partition("\n")
    return Command(
        name=f"{prefix} {name}".strip(),
        function=function,
        effect=effect,
        summary=summary,
        description=description.strip(),
        parameters=parameters,
        takes_task=takes_task,
        render=render,
        streams=inspect.isasyncgenfunction(inspect.unwrap(function)),
        owner_only=owner_only,
        gives_file=inspect.unwrap(function).__annotations__.get("return") in ("Attachment", Attachment),
    )


def marked(owner: object) -> Iterator[Callable[..., Any]]:
    """Every method of the object that ``@command`` marks, in the order of definition, base classes first."""
    seen: dict[str, None] = {}
    for kind in reversed(type(owner).__mro__):
        for name, value in vars(kind).items():
            if hasattr(value, _MARK):
                seen[name] = None
    for name in seen:
        yield getattr(owner, name)


class CommandRegistry:
    """All commands by name; whoever adds some gets back what removes them."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}
        self._suggestions: dict[str, Callable[[str], Iterable[str]]] = {}

    def add(self, new: Command) -> Release:
        """Register a command; a name that is taken is a bug of ours and raises ValueError."""
        if new.name in self._commands:
            raise ValueError(f"two commands are named '{new.name}'")
        self._commands[new.name] = new

        def release() -> None:
            if self._commands.get(new.name) is new:
                del self._commands[new.name]

        return release

    def add_all(self, owner: object, prefix: str = "") -> Release:
        """Register every marked method of an object."""
        releases = [self.add(describe(function, prefix)) for function in marked(owner)]

        def release() -> None:
            for one in releases:
                one()

        return release

    def get(self, name: str) -> Command:
        """Return the command or raise CommandError."""
        try:
            return self._commands[name]
        except KeyError:
            raise CommandError(f"there is no command '{name}'", "'artframe help' lists them", exit_code=64) from None

    def suggest(self, what: str, values: Callable[[], Iterable[str]]) -> None:
        """Say who knows the values of parameters that are annotated ``Suggests(what)``; called on the loop, quick."""
        self._suggestions[what] = lambda _: values()

    def suggest_within(self, what: str, values: Callable[[str], Iterable[str]]) -> None:
        """The same where the values depend on another word of the line (``Suggests.within``), which is handed over."""
        self._suggestions[what] = values

    def suggestions(self, what: str, within: str = "") -> tuple[str, ...]:
        """The values that may be meant, sorted; none for what nobody knows."""
        values = self._suggestions.get(what)
        return tuple(sorted(values(within))) if values is not None else ()

    def __iter__(self) -> Iterator[Command]:
        return iter(sorted(self._commands.values(), key=lambda known: known.name))
