"""Which command do these words mean, and with which arguments?"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from artframe.core.commands import Command, CommandRegistry, Effect
from artframe.core.exchange import Upload
from artframe.core.parameters import Parameter
from artframe.errors import CommandError

USAGE = 64
"""Exit code for words that make no command (EX_USAGE of sysexits.h)."""
_YES = "--yes"
"""No parameter can have this name."""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What the words mean. ``confirmed``: they say ``--yes``. The value of an ``Upload`` is still the text as given."""

    command: Command
    arguments: dict[str, Any] = field(repr=False)
    confirmed: bool = False


class HelpRequested(Exception):
    """The words ask for help; ``text`` is the answer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Parser(argparse.ArgumentParser):
    """argparse without its habit of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(message, self.format_usage().strip(), exit_code=USAGE)

    def print_help(self, file: Any = None) -> NoReturn:
        raise HelpRequested(self.format_help())


def parse(registry: CommandRegistry, words: Sequence[str]) -> Parsed:
    """Find the command with the longest matching name and read its arguments.

    Raises CommandError for words that make no command, HelpRequested for ``help`` and ``-h``.
    """
    commands = {tuple(command.name.split()): command for command in registry}
    plain = [word for word in words if word not in ("-h", "--help")]
    if not words or words[0] == "help" or not plain:
        raise HelpRequested(overview(registry, plain[1:] if plain[:1] == ["help"] else plain))
    for length in range(len(words), 0, -1):
        command = commands.get(tuple(words[:length]))
        if command is not None:
            return _read(command, words[length:])
    if len(plain) < len(words) or any(name[: len(plain)] == tuple(plain) for name in commands):
        raise HelpRequested(overview(registry, plain))
    raise CommandError(
        f"there is no command '{' '.join(words)}'",
        _suggest(words, commands) or "'artframe help' lists them",
        exit_code=USAGE,
    )


def overview(registry: CommandRegistry, start: Sequence[str] = ()) -> str:
    """One line per command, of those whose name begins with these words."""
    found = [command for command in registry if command.name.split()[: len(start)] == list(start)]
    if len(found) == 1 and found[0].name.split() == list(start):
        return _parser(found[0]).format_help()
    if not found:
        raise CommandError(f"there is no command '{' '.join(start)}'", "'artframe help' lists them", exit_code=USAGE)
    width = max(len(usage(command)) for command in found)
    return "\n".join(f"  {usage(command):{width}}  {command.summary}" for command in found) + "\n"


def usage(command: Command) -> str:
    """The command with its arguments, as one types it; options are left out."""
    words = [_placeholder(one) for one in command.parameters if one.positional]
    return " ".join([command.name, *words])


def _placeholder(parameter: Parameter) -> str:
    name = f"{parameter.name}..." if parameter.many else parameter.name
    return f"<{name}>" if parameter.required else f"[{name}]"


def _read(command: Command, words: Sequence[str]) -> Parsed:
    arguments = vars(_parser(command).parse_args(list(words)))
    confirmed = bool(arguments.pop(_YES, False))
    return Parsed(command=command, arguments=arguments, confirmed=confirmed)


def _parser(command: Command) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"artframe {command.name}",
        description="\n\n".join(filter(None, (command.summary, command.description))),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for parameter in command.parameters:
        _add(parser, parameter)
    if command.effect is Effect.DANGEROUS:
        parser.add_argument("--yes", dest=_YES, action="store_true", help="do it without asking")
    return parser


def _add(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    option = f"--{parameter.name.replace('_', '-')}"
    names = [f"-{parameter.short}", option] if parameter.short else [option]
    if parameter.kind is bool:
        action = argparse.BooleanOptionalAction if parameter.default else "store_true"
        parser.add_argument(*names, dest=parameter.name, action=action, default=parameter.default, help=parameter.help)
        return
    shared: dict[str, Any] = {
        # A file stays the text it was given as: the face knows where to find it.
        "type": str if parameter.kind is Upload else parameter.kind,
        "choices": parameter.choices or None,
        "default": parameter.default,
        "help": parameter.help,
    }
    if not parameter.positional:
        parser.add_argument(*names, dest=parameter.name, **shared)
    elif parameter.many:
        parser.add_argument(parameter.name, nargs="+" if parameter.required else "*", **shared)
    else:
        # Asked for by the face where it is missing, so that it does not stand in the shell's history.
        optional = not parameter.required or parameter.hidden
        parser.add_argument(parameter.name, nargs="?" if optional else None, **shared)


def _suggest(words: Sequence[str], names: Iterable[tuple[str, ...]]) -> str:
    # Imported here because difflib costs a few milliseconds that only a mistyped command should pay.
    import difflib

    close = difflib.get_close_matches(" ".join(words), [" ".join(name) for name in names], n=3, cutoff=0.5)
    return f"did you mean: {', '.join(close)}?" if close else ""
