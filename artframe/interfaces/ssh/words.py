"""What does a line that came over SSH ask for? The words of the command line, without what only makes sense there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from artframe.core.commands import CommandRegistry
from artframe.core.exchange import Upload
from artframe.errors import CommandError
from artframe.interfaces.arguments import USAGE, Parsed, parse
from artframe.interfaces.intake import NO_INPUT, STANDARD_INPUT
from artframe.interfaces.own_words import OwnWords
from artframe.interfaces.received_file import STANDARD_OUTPUT

LEAVE = ("exit", "quit", "logout")
_PROGRAM = "artframe"
_LONGEST = 16 * 1024
"""Letters of a line; telling its words apart keeps everybody else waiting."""


def read_line(text: str) -> OwnWords:
    """Split a line as a shell does; ``artframe`` may stand before it. Raises CommandError."""
    if len(text) > _LONGEST:
        raise CommandError(
            f"a line has at most {_LONGEST:,} letters; nothing was done",
            "'config write' takes a whole file through standard input",
            exit_code=USAGE,
        )
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise CommandError(f"this line cannot be read: {error}", "close the quotes", exit_code=USAGE) from None
    own = OwnWords.among(words[1:] if words[:1] == [_PROGRAM] else words)
    # Files go to standard output here, so '--output -' says nothing new.
    if own.output not in (None, STANDARD_OUTPUT):
        raise CommandError(
            "over SSH a file comes through standard output; nothing was done",
            "leave out --output, and write > file after the ssh command",
            exit_code=USAGE,
        )
    return own


def understand(registry: CommandRegistry, words: Sequence[str]) -> Parsed:
    """What the words mean. Raises CommandError, also for a file: only one on standard input is the caller's own."""
    parsed = parse(registry, words)
    for parameter in parsed.command.parameters:
        given = parsed.arguments.get(parameter.name)
        if parameter.kind is Upload and given not in (None, STANDARD_INPUT):
            raise CommandError(
                f"over SSH {parameter.name} comes through standard input; nothing was done",
                f"give - for it: ssh ... '{parsed.command.name} -' < file",
                exit_code=NO_INPUT,
            )
    return parsed
