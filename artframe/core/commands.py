"""What can the frame be asked to do? One registry behind the command line and every other face of the frame."""

from __future__ import annotations

import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union

from artframe.core.events import Release
from artframe.core.task import Task
from artframe.errors import CommandError

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__artframe_command__"


class Effect(enum.Enum):
    """What a command does to the frame: faces decide by it what to ask before running."""

    READS = "reads"
    CHANGES = "changes"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One argument, of ``kind`` str, int, float or bool.

    As in Python, those after a ``*`` in the signature go by ``--name`` only, the others by position; bool is an option.
    """

    name: str
    kind: type
    required: bool
    positional: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something the frame can do: ``name`` is one or more words, ``function`` sync or async, the result JSON."""

    name: str
    function: Callable[..., Any]
    effect: Effect
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    takes_task: bool = False
    render: Callable[[Any], str] | None = None

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
            bound[name] = _convert(self.name, parameter, arguments[name])
        if self.takes_task:
            bound["task"] = task if task is not None else Task()
        return bound


def command(
    name: str, *, effect: Effect = Effect.READS, render: Callable[[Any], str] | None = None
) -> Callable[[F], F]:
    """Mark a function or method as a command. Its signature gives the arguments, its docstring the help.

    ``Annotated[str, "help text"]`` documents an argument; a parameter named ``task`` receives the progress handle.
    ``render`` turns the JSON result into text for people.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, (name, effect, render))
        return function

    return mark


def describe(function: Callable[..., Any], prefix: str = "") -> Command:
    """Build the command from a marked function; ``prefix`` goes before its name (a plugin's instance)."""
    name, effect, render = getattr(function, _MARK)
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = []
    takes_task = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "task":
            takes_task = True
        else:
            parameters.append(_parameter(parameter, hints.get(parameter.name, str)))
    summary, _, description = inspect.cleandoc(function.__doc__ or name).partition("\n")
    return Command(
        name=f"{prefix} {name}".strip(),
        function=function,
        effect=effect,
        summary=summary,
        description=description.strip(),
        parameters=tuple(parameters),
        takes_task=takes_task,
        render=render,
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

    def __iter__(self) -> Iterator[Command]:
        return iter(sorted(self._commands.values(), key=lambda known: known.name))


def _parameter(parameter: inspect.Parameter, hint: Any) -> Parameter:
    text = ""
    if typing.get_origin(hint) is Annotated:
        hint, *notes = typing.get_args(hint)
        text = next((note for note in notes if isinstance(note, str)), "")
    if typing.get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    choices: tuple[str, ...] = ()
    if typing.get_origin(hint) is Literal:
        choices, hint = typing.get_args(hint), str
    required = parameter.default is inspect.Parameter.empty
    return Parameter(
        name=parameter.name,
        kind=hint,
        required=required,
        positional=hint is not bool and parameter.kind is not inspect.Parameter.KEYWORD_ONLY,
        default=None if required else parameter.default,
        choices=choices,
        help=text,
    )


def _convert(name: str, parameter: Parameter, value: Any) -> Any:
    try:
        if parameter.kind is bool and not isinstance(value, bool):
            value = {"true": True, "false": False}[str(value).lower()]
        elif not isinstance(value, parameter.kind):
            value = parameter.kind(value)
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            f"'{name}' cannot read '{value}' as {parameter.name} ({parameter.kind.__name__}); nothing was done",
            parameter.help,
            exit_code=64,
        ) from None
    if parameter.choices and value not in parameter.choices:
        raise CommandError(
            f"'{name}' knows no {parameter.name} '{value}'; nothing was done",
            f"one of: {', '.join(parameter.choices)}",
            exit_code=64,
        )
    return value
