"""Which arguments does a command take? Read from its function's signature; and values brought into their type."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union

from artframe.core.exchange import AtLeast, Chosen, Hidden, Short, Suggests, Upload
from artframe.errors import CommandError


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One argument, of ``kind`` str, int, float, bool or Upload.

    As in Python, those after a ``*`` in the signature go by ``--name`` only, the others by position; bool is an option.
    ``many`` (``tuple[str, ...]``): any number of values, at the end. ``hidden``: a secret; ``chosen``:
    one that is thought up now. ``suggests``, ``within``: see ``Suggests``.
    """

    name: str
    kind: type
    required: bool
    positional: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()
    help: str = ""
    many: bool = False
    hidden: bool = False
    short: str = ""
    suggests: str = ""
    within: str = ""
    chosen: bool = False
    least: int | None = None


def parameters_of(function: Callable[..., Any]) -> tuple[tuple[Parameter, ...], bool]:
    """The function's parameters, and whether it takes a ``task`` besides."""
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = []
    takes_task = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "task":
            takes_task = True
        else:
            parameters.append(_parameter(parameter, hints.get(parameter.name, str)))
    return tuple(parameters), takes_task


def convert(command: str, parameter: Parameter, value: Any) -> Any:
    """The value in the parameter's type. Raises CommandError; never quotes a hidden value."""
    if not parameter.many:
        return _one(command, parameter, value)
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return tuple(_one(command, parameter, one) for one in given)


def _parameter(parameter: inspect.Parameter, hint: Any) -> Parameter:
    notes: list[Any] = []
    if typing.get_origin(hint) is Annotated:
        hint, *notes = typing.get_args(hint)
    if typing.get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    many = typing.get_origin(hint) is tuple
    if many:
        hint = typing.get_args(hint)[0]
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
        help=next((note for note in notes if isinstance(note, str)), ""),
        many=many,
        hidden=Hidden in notes,
        short=next((note.letter for note in notes if isinstance(note, Short)), ""),
        suggests=next((note.what for note in notes if isinstance(note, Suggests)), ""),
        within=next((note.within for note in notes if isinstance(note, Suggests)), ""),
        chosen=Chosen in notes,
        least=next((note.number for note in notes if isinstance(note, AtLeast)), None),
    )


def _one(command: str, parameter: Parameter, value: Any) -> Any:
    try:
        if parameter.kind is bool and not isinstance(value, bool):
            value = {"true": True, "false": False}[str(value).lower()]
        elif parameter.kind is Upload and not isinstance(value, Upload):
            raise TypeError("not a file")
        elif not isinstance(value, parameter.kind) or (parameter.kind is not bool and isinstance(value, bool)):
            value = parameter.kind(value)
    except (ValueError, KeyError, TypeError, OverflowError):
        said = "what was given" if parameter.hidden or parameter.kind is Upload else f"'{str(value)[:200]}'"
        raise CommandError(
            f"'{command}' cannot read {said} as {parameter.name} ({parameter.kind.__name__}); nothing was done",
            parameter.help,
            exit_code=64,
        ) from None
    if parameter.least is not None and value < parameter.least:
        raise CommandError(
            f"'{command}' takes {parameter.least} or more as {parameter.name}, not {value}; nothing was done",
            parameter.help,
            exit_code=64,
        )
    if parameter.choices and value not in parameter.choices:
        raise CommandError(
            f"'{command}' knows no {parameter.name} '{value}'; nothing was done",
            f"one of: {', '.join(parameter.choices)}",
            exit_code=64,
        )
    return value
