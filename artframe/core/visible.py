"""Can a text that strangers gave be written down at all, and how does it stay on its line?"""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Line ends, tabs, and whatever else moves a terminal's cursor; all other letters, joined ones too, are text."""


def on_one_line(text: str) -> str:
    """The text with its control characters written out: a line end is ``\\u000a``."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_writable(text: str) -> bool:
    """Whether it has bytes: half a character (a lone surrogate), which JSON can hold, has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
