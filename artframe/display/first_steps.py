"""What does the card say to somebody who stands before a frame without photos?"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from pathlib import Path

from artframe.display.cards import Card


def first_steps(
    *, name: str, home: Path, sources: int, problems: Sequence[str] = (), progress: str = "", footer: str = ""
) -> Card:
    """The card's texts: ``sources`` plugins that bring photos are configured, ``problems`` are wrong, best first."""
    steps: tuple[str, ...]
    if problems:
        message, steps = problems[0], ("artframe status  tells more",)
    elif progress:
        message, steps = progress, ()
    elif sources:
        message, steps = "Looking for the first photos.", ("They appear here by themselves, one after the other.",)
    else:
        message = "This frame is ready for its first album."
        steps = (
            f"Describe the album in {home}/config/plugins/family.json; the README has the ten lines.",
            "artframe config check  finds mistakes; saved is applied.",
        )
    return Card(title=name, message=message, steps=steps, addresses=addresses(), footer=footer)


def addresses() -> tuple[str, ...]:
    """Where this machine is reached: its name and its address in the home's network, as far as it has one."""
    host = socket.gethostname()
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only asks the kernel which address it would send from.
        # 192.0.2.1 is reserved for documentation and belongs to nobody.
        probe.connect(("192.0.2.1", 9))
        return (f"{host}   {probe.getsockname()[0]}",)
    return (host,)
