"""Which editor does a person want, and how is it told where to begin?"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from artframe.errors import CommandError

_FALLBACKS = ("nano", "vi")
_KNOW_LINES = frozenset(
    {"nano", "pico", "vi", "vim", "nvim", "emacs", "emacsclient", "micro", "joe", "jed", "mg", "ne"}
)
"""Editors that take ``+7`` for line 7; another one might make it a file's name."""


def editor_words(environment: Mapping[str, str], path: Path, line: int | None = None) -> list[str]:
    """The words that start the person's editor on a file: $VISUAL, $EDITOR, nano, vi. Raises CommandError."""
    wanted = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = shlex.split(wanted)
    except ValueError:
        words = []
    if wanted.strip() and not words:
        raise CommandError(f"'{wanted}' names no editor; nothing was changed", "set $VISUAL or $EDITOR to another one")
    search = environment.get("PATH")
    if not words:
        words = [name for name in _FALLBACKS if shutil.which(name, path=search)][:1]
    if not words or shutil.which(words[0], path=search) is None:
        name = words[0] if words else " or ".join(_FALLBACKS)
        raise CommandError(
            f"there is no editor {name} here; nothing was changed", "set $VISUAL or $EDITOR to another one"
        )
    start = [f"+{line}"] if line and Path(words[0]).name in _KNOW_LINES else []
    return [*words, *start, str(path)]
