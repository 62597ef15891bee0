"""How worn is the card or disk, as far as it tells?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.doctor.finding import Area, Finding

AREA = Area("card")

_CARD = re.compile(r"mmcblk\d+")
_DISK = re.compile(r"(?:sd[a-z]+|nvme\d+n\d+|vd[a-z]+)")
_WORN = 9
"""Tenths of its life that are used up: the card is at its end."""
_END = {2: "80 % of its spare blocks are used", 3: "its spare blocks are nearly gone"}


def card(machine: Machine) -> Iterator[Finding]:
    """SD cards and eMMC by what their registers say; other disks are named only."""
    for name in machine.names("sys/block"):
        if _CARD.fullmatch(name):
            yield _mmc(machine, name)
        elif _DISK.fullmatch(name):
            yield AREA.fine(f"{name}: its health is not readable here (sudo smartctl -a /dev/{name} tells)")


def _mmc(machine: Machine, name: str) -> Finding:
    device = f"sys/block/{name}/device"
    model = machine.text(f"{device}/name") or "a card without a name"
    made = machine.text(f"{device}/date")
    kind = machine.text(f"{device}/type") or "card"
    text = f"{name}: {kind} {model}" + (f", made {made}" if made else "")
    end = machine.number(f"{device}/pre_eol_info", 16) or 0
    used = _used(machine.text(f"{device}/life_time"))
    hint = "make a backup (artframe backup create) and move to a new card"
    if end in _END:
        return AREA.error(f"{text}: {_END[end]}", hint)
    if used is None:
        return AREA.fine(f"{text}; it does not tell how worn it is")
    if used > 10:
        return AREA.error(f"{text}: it has outlived what it was made for", hint)
    said = f"{text}; {used * 10 - 10} to {used * 10} % of its life is used up"
    return AREA.warning(said, hint) if used >= _WORN else AREA.fine(said)


def _used(text: str) -> int | None:
    """Tenths of the life that are used, the worse of the two kinds of memory; None if the card does not say."""
    try:
        tenths = max((int(word, 16) for word in text.split()), default=0)
    except ValueError:
        return None
    return tenths or None
