"""What does a person mean by ``display.fit=cover``: which setting, and which value?"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, NoReturn

from artframe.config.describe import Schema, is_secret, json_types
from artframe.config.masking import is_reference
from artframe.config.problem import Path
from artframe.config.setting_path import NOTHING, USAGE, read_path
from artframe.config.syntax import too_deep
from artframe.core.visible import is_writable
from artframe.errors import CommandError


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to stand at ``path``: the ``text`` as typed; None: nothing, so that the default counts."""

    path: Path
    text: str | None = field(repr=False)


def parse_change(text: str) -> Change:
    """``path=value`` as typed; nothing after the ``=`` unsets. Raises CommandError, which never quotes the value."""
    path, rest = read_path(text)
    if not path or not rest.startswith("="):
        # Not quoted: it may be a secret whose name was forgotten.
        raise CommandError(
            "a change is path=value, which one of those given is not; nothing was done",
            f"{USAGE}, then = and the value",
            exit_code=64,
        )
    return Change(path=path, text=rest[1:] or None)


def read_value(text: str, schema: Schema | None) -> Any:
    """What was typed as a value: JSON; or the text as it stands, where it is none or only a text makes sense.

    Raises CommandError for a text that cannot be saved.
    """
    value = _json(text)
    if not is_writable(json.dumps(text if value is NOTHING else value, ensure_ascii=False)):
        what = "what was given holds half a character (a lone \\ud800 to \\udfff); nothing was done"
        raise CommandError(what, exit_code=64)
    if isinstance(value, str) or value is NOTHING:
        return text if value is NOTHING else value
    types = json_types(schema) if schema is not None else set()
    secret = schema is not None and is_secret(schema)
    wants_text = secret or (bool(types) and types <= {"string", "null"})
    if not wants_text or (value is None and "null" in types) or (secret and is_reference(value)):
        return value
    return text


def _json(text: str) -> Any:
    def refuse(word: str) -> NoReturn:
        raise ValueError(word)

    def finite(digits: str) -> float:
        number = float(digits)
        return number if math.isfinite(number) else refuse(digits)

    if too_deep("", text):
        return NOTHING
    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite)
    except ValueError:
        return NOTHING
