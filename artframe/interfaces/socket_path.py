"""Where is the running frame's socket? Even for a home whose path exceeds the 107 bytes of a socket address."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

NAME = "control.sock"


@contextlib.contextmanager
def socket_address(home: Path) -> Iterator[str]:
    """Yield an address for connect or bind; it is short because it goes through the open folder's descriptor."""
    folder = os.open(home / "state", os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)
