"""Which command do these words mean, and with which arguments?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from artframe.core.commands import Command, CommandRegistry, Effect
from artframe.core.exchange import Upload
from artframe.core.parameters import Parameter
from artframe.errors import CommandError
from artframe.interfaces.option_words import option_names, sort_words

USAGE = 64
"""Exit code for words that make no command (EX_USAGE of sysexits.h)."""
_YES = "--yes"
"""No parameter can have this name."""
_ANSWERS_WITH_FILE = (
    "It answers with a file: --output FILE says where to put it, --output - writes it to standard output."
)


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What the words mean. ``confirmed``: they say ``--yes``. The value of an ``Upload`` is still the text as given."""

    command: Command
    arguments: dict[str, Any] = field(repr=False)
    confirmed: bool = False


class HelpRequested(Exception):
    """The words ask for help; ``text`` is the answer, ``about`` the words it explains: none for everything."""

    def __init__(self, text: str, about: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.about = tuple(about)


class _Parser(argparse.ArgumentParser):
    """argparse without its habit of ending the process. ``discreet``: among the words may be a secret."""

    discreet = False

    def error(self, message: str) -> NoReturn:
        if self.discreet and not message.startswith("the following"):
            message = "these words are not what the command takes"
        # The -- is ours: see _read.
        message = message.replace("unrecognized arguments: -- ", "unrecognized arguments: ")
        raise CommandError(message, self.format_usage().strip(), exit_code=USAGE)


def parse(registry: CommandRegistry, words: Sequence[str]) -> Parsed:
    """Find the command with the longest matching name and read its arguments.

    Raises CommandError for words that make no command, HelpRequested for ``help`` and ``-h``.
    """
    commands = {tuple(command.name.split()): command for command in registry}
    plain = [word for word in words if word not in ("-h", "--help")]
    if not words or words[0] == "help" or not plain:
        about = plain[1:] if plain[:1] == ["help"] else plain
        raise HelpRequested(overview(registry, about), about)
    for length in range(len(words), 0, -1):
        command = commands.get(tuple(words[:length]))
        if command is not None:
            return _read(command, words[length:])
    if len(plain) < len(words) or any(name[: len(plain)] == tuple(plain) for name in commands):
        raise HelpRequested(overview(registry, plain), plain)
    # Only so many words: behind a misspelt name may stand a password.
    raise CommandError(
        f"there is no command '{' '.join(words[:2])}'",
        did_you_mean(registry, words)
        or "'artframe help' lists them; those of a plugin are there while it runs, and 'artframe status' says if not",
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
    return f"<{name}>" if parameter.required and not parameter.hidden else f"[{name}]"


def _read(command: Command, words: Sequence[str]) -> Parsed:
    end = words.index("--") if "--" in words else len(words)
    if {"-h", "--help"}.intersection(words[:end]):
        raise HelpRequested(_parser(command).format_help(), command.words)
    # Options may stand anywhere among the values: 'plugin add immich family --disabled url=...'.
    found = sort_words(command, words)
    values = ["--", *found.values] if found.values else []
    arguments = vars(_parser(command).parse_args([*found.options, *values]))
    confirmed = bool(arguments.pop(_YES, False))
    return Parsed(command=command, arguments=arguments, confirmed=confirmed)


def _parser(command: Command) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"artframe {command.name}",
        description="\n\n".join(filter(None, (command.summary, command.description))),
        epilog=_ANSWERS_WITH_FILE if command.gives_file else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.discreet = any(parameter.hidden for parameter in command.parameters)
    for parameter in command.parameters:
        _add(parser, parameter)
    if command.effect is Effect.DANGEROUS:
        parser.add_argument("--yes", dest=_YES, action="store_true", help="do it without asking")
    return parser


def _add(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    said = _help(parameter)
    names = [name for name in option_names(parameter)[::-1] if not name.startswith("--no-")]
    if parameter.kind is bool:
        action = argparse.BooleanOptionalAction if parameter.default else "store_true"
        parser.add_argument(*names, dest=parameter.name, action=action, default=parameter.default, help=said)
        return
    shared: dict[str, Any] = {
        # A file stays the text it was given as: the face knows where to find it.
        "type": str if parameter.kind is Upload else parameter.kind,
        "choices": parameter.choices or None,
        "default": parameter.default,
        "help": said,
    }
    if not parameter.positional:
        parser.add_argument(*names, dest=parameter.name, **shared)
    elif parameter.many:
        parser.add_argument(parameter.name, nargs="+" if parameter.required else "*", **shared)
    else:
        # Asked for by the face where it is missing, so that it does not stand in the shell's history.
        optional = not parameter.required or parameter.hidden
        parser.add_argument(parameter.name, nargs="?" if optional else None, **shared)


def _help(parameter: Parameter) -> str:
    notes = [parameter.help] if parameter.help else []
    if parameter.kind is Upload:
        notes.append("a file; - is standard input")
    if parameter.hidden and parameter.required:
        notes.append("asked for where it is not given")
    return "; ".join(notes).replace("%", "%%")


def did_you_mean(registry: CommandRegistry, words: Sequence[str]) -> str:
    """The commands that may be meant, as a question; "" if none is close."""
    # Imported here because difflib costs a few milliseconds that only a mistyped command should pay.
    import difflib

    known = [command.name for command in registry]
    lengths = sorted({len(name.split()) for name in known}, reverse=True)
    close: dict[str, None] = {}
    for said in dict.fromkeys(" ".join(words[:length]) for length in lengths):
        close.update(dict.fromkeys(difflib.get_close_matches(said, known, n=3, cutoff=0.6)))
    return f"did you mean: {', '.join(list(close)[:3])}?" if close else ""
