"""Which arguments does a request give to a command? Strictly of the types that the API's description names."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from artframe.core.commands import Command, Effect
from artframe.core.exchange import Upload
from artframe.core.parameters import Parameter
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.forms import Form

YES = "yes"
"""Says in a request what ``--yes`` says in a shell."""
LARGEST = 2**53 - 1
"""The largest whole number that every JSON library understands."""

Arguments = dict[str, Any]
_WHOLE = re.compile(r"-?\d{1,16}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


def takes_file(command: Command) -> bool:
    """Whether one of the arguments is a file."""
    return any(parameter.kind is Upload for parameter in command.parameters)


def from_json(command: Command, body: bytes) -> tuple[Arguments, bool]:
    """The arguments in a JSON object, and whether it says yes. Nothing at all is an empty object. Raises Refused."""
    try:
        given = json.loads(body.decode("utf-8"), parse_constant=_no_number) if body.strip() else {}
        json.dumps(given, ensure_ascii=False).encode("utf-8")  # half a character of a pair is none
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not JSON; nothing was done", "send an object of arguments, in UTF-8") from None
    if not isinstance(given, dict):
        raise Refused(400, "the body is no JSON object; nothing was done", 'send the arguments by name: {"count": 3}')
    confirmed = False
    if command.effect is Effect.DANGEROUS and YES in given:
        confirmed = given.pop(YES)
        if not isinstance(confirmed, bool):
            raise _wrong(command, YES, "true or false")
    return _checked(command, given, _of_json), confirmed


def from_query(command: Command, pairs: Sequence[tuple[str, str]]) -> Arguments:
    """The arguments in an address. Raises Refused: a secret never stands in one."""
    return _checked(command, _gathered(command, pairs, secrets=False), _of_text)


def from_form(command: Command, form: Form) -> tuple[Arguments, bool]:
    """The arguments of a form, files among them, and whether it says yes. Raises Refused."""
    pairs = [(name, value) for name, values in form.fields.items() for value in values]
    confirmed = False
    if command.effect is Effect.DANGEROUS:
        said = [value for name, value in pairs if name == YES]
        if said and said[-1] not in ("true", "false"):
            raise _wrong(command, YES, "true or false")
        confirmed = bool(said) and said[-1] == "true"
        pairs = [(name, value) for name, value in pairs if name != YES]
    given = _gathered(command, pairs, secrets=True)
    kinds = {parameter.name: parameter.kind for parameter in command.parameters}
    for name, file in form.files.items():
        if kinds.get(name) is not Upload:
            raise Refused(400, f"'{command.name}' takes no file '{name}'; nothing was done")
        given[name] = file
    return _checked(command, given, _of_text), confirmed


def _gathered(command: Command, pairs: Sequence[tuple[str, str]], *, secrets: bool) -> Arguments:
    known = {parameter.name: parameter for parameter in command.parameters}
    given: Arguments = {}
    for name, value in pairs:
        parameter = known.get(name)
        if parameter is not None and parameter.hidden and not secrets:
            raise Refused(400, f"'{name}' is a secret, which no address may hold; nothing was done", "send it by POST")
        if parameter is not None and parameter.many:
            given.setdefault(name, []).append(value)
        elif name in given:
            raise Refused(400, f"'{name}' is given more than once; nothing was done")
        else:
            given[name] = value
    return given


def _checked(command: Command, given: Mapping[str, Any], read: Callable[[Command, Parameter, Any], Any]) -> Arguments:
    known = {parameter.name: parameter for parameter in command.parameters}
    arguments: Arguments = {}
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            arguments[name] = value  # the command says what it knows instead
        elif isinstance(value, Upload) or (value is None and not parameter.required):
            arguments[name] = value
        elif parameter.kind is Upload:
            raise _wrong(command, name, "a file, sent as multipart/form-data")
        elif parameter.many:
            if not isinstance(value, list):
                raise _wrong(command, name, "a list")
            arguments[name] = [read(command, parameter, one) for one in value]
        else:
            arguments[name] = read(command, parameter, value)
    return arguments


def _of_json(command: Command, parameter: Parameter, value: Any) -> Any:
    if parameter.kind is bool:
        if isinstance(value, bool):
            return value
        raise _wrong(command, parameter.name, "true or false")
    if parameter.kind in (int, float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(command, parameter.name, "a number")
        return _number(command, parameter, value)
    if not isinstance(value, str):
        raise _wrong(command, parameter.name, "a text")
    return _text(command, parameter, value)


def _of_text(command: Command, parameter: Parameter, value: str) -> Any:
    if parameter.kind is bool:
        if value in ("true", "false"):
            return value == "true"
        raise _wrong(command, parameter.name, "true or false")
    if parameter.kind is int:
        if not _WHOLE.fullmatch(value):
            raise _wrong(command, parameter.name, "a whole number")
        return _number(command, parameter, int(value))
    if parameter.kind is float:
        if not _NUMBER.fullmatch(value):
            raise _wrong(command, parameter.name, "a number")
        return _number(command, parameter, float(value))
    return _text(command, parameter, value)


def _number(command: Command, parameter: Parameter, value: float) -> Any:
    if not math.isfinite(value) or (parameter.kind is int and (value != int(value) or abs(value) > LARGEST)):
        raise _wrong(command, parameter.name, "a whole number" if parameter.kind is int else "a number")
    return parameter.kind(value)


def _text(command: Command, parameter: Parameter, value: str) -> str:
    if "\0" in value:
        raise _wrong(command, parameter.name, "a text without the character 0")
    if parameter.choices and value not in parameter.choices:
        raise _wrong(command, parameter.name, f"one of: {', '.join(parameter.choices)}")
    return value


def _wrong(command: Command, name: str, wanted: str) -> Refused:
    return Refused(400, f"'{command.name}' wants {wanted} as '{name}'; nothing was done", f"{name}: {wanted}")


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
