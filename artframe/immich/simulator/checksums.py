"""Which bytes does a checksum in a request mean?"""

from __future__ import annotations

import base64
import binascii
import re


def from_text(text: str) -> bytes:
    """28 characters are base64, all else is hex up to the first character that is none: garbage matches nothing."""
    if len(text) == 28:
        try:
            return base64.b64decode(text, altchars=None)
        except binascii.Error:
            return b""
    match = re.match(r"(?:[0-9a-fA-F]{2})*", text)
    return bytes.fromhex(match[0]) if match else b""
