"""What does a person at a terminal, or a script, see of what the frame answers? For the command line and for SSH.

Pure: what goes to standard output, what to standard error, and with which exit code it ends. The messages are those of
``artframe.interfaces.conversation``. Names of photos come from strangers: nothing in them moves a terminal's cursor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What would move the cursor or colour the terminal: names of photos come from strangers."""


# Named tuples here and in own_words: dataclasses would take a quarter of the time that 'artframe status' starts in.
class Printed(NamedTuple):
    """Whole lines for standard output and standard error; ``exit_code`` is None while more is to come."""

    out: str = ""
    err: str = ""
    exit_code: int | None = None


def printed(message: Mapping[str, Any], *, as_json: bool) -> Printed:
    """How an ``item``, or the last message of a conversation (``result``, ``ended``, ``help``, ``error``), looks."""
    if "error" in message:
        return _error(message["error"], as_json=as_json)
    if "help" in message:
        return Printed(out=_line(message["help"]), exit_code=0)
    if "ended" in message:
        return Printed(exit_code=0)
    if "item" in message:
        # One line each, so that a script can read them as they come.
        if as_json or message.get("text") is None:
            return Printed(out=_line(json.dumps(message["item"], ensure_ascii=False)))
        return Printed(out=_line(message["text"]))
    result = message["result"]
    # A check that found something says so to scripts as well.
    code = int(result.get("exit_code", 0)) if isinstance(result, dict) else 0
    if as_json or message.get("text") is None:
        return Printed(out=_json(result), exit_code=code)
    return Printed(out=_line(message["text"]), exit_code=code)


def plain(text: str) -> str:
    """The text without what a terminal would take for an order."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """The same for what must stay on its line: line ends and tabs become spaces."""
    return plain(" ".join(text.split()))


def _error(error: Mapping[str, Any], *, as_json: bool) -> Printed:
    code = int(error["exit_code"])
    if as_json:
        return Printed(out=_json({"error": error}), exit_code=code)
    hint = f"  {plain(error['hint'])}\n" if error["hint"] else ""
    return Printed(err=f"artframe: {plain(error['message'])}\n{hint}", exit_code=code)


def _json(data: Any) -> str:
    return _line(json.dumps(data, ensure_ascii=False, indent=2))


def _line(text: str) -> str:
    clean = plain(text)
    return clean if not clean or clean.endswith("\n") else f"{clean}\n"
