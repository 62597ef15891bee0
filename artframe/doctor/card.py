"""How worn is the card or disk, as far as it tells?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

AREA = Area("card")

_CARD = re.compile(r"mmcblk\d+")
_DISK = re.compile(r"(?:sd[a-z]+|nvme\d+n\d+|vd[a-z]+)")
_SPARE_USED, _SPARE_GONE = 2, 3
_WORN = 9
"""Tenths of its life that are used up: the card is at its end."""


def card(machine: Machine) -> Iterator[Finding]:
    """SD cards and eMMC by what their registers say; other disks are named only."""
    for name in machine.names("sys/block"):
        if _CARD.fullmatch(name):
            yield _mmc(machine, name)
        elif _DISK.fullmatch(name):
            yield AREA.fine(
                said(
                    "card.disk",
                    "{name}: its health is not readable here (sudo smartctl -a /dev/{name} tells)",
                    name=name,
                )
            )


def _mmc(machine: Machine, name: str) -> Finding:
    device = f"sys/block/{name}/device"
    model = machine.text(f"{device}/name") or "a card without a name"
    made = machine.text(f"{device}/date")
    kind = machine.text(f"{device}/type") or "card"
    card = f"{name}: {kind} {model}" + (f" ({made})" if made else "")
    end = machine.number(f"{device}/pre_eol_info", 16) or 0
    used = _used(machine.text(f"{device}/life_time"))
    hint = said("card.replace", "make a backup (artframe backup create) and move to a new card")
    if end == _SPARE_USED:
        return AREA.error(said("card.spare_used", "{card}: 80 % of its spare blocks are used", card=card), hint)
    if end == _SPARE_GONE:
        return AREA.error(said("card.spare_gone", "{card}: its spare blocks are nearly gone", card=card), hint)
    if used is None:
        return AREA.fine(said("card.unknown", "{card}; it does not tell how worn it is", card=card))
    if used > 10:
        return AREA.error(said("card.outlived", "{card}: it has outlived what it was made for", card=card), hint)
    text = said(
        "card.used",
        "{card}; {low} to {high} % of its life is used up",
        card=card,
        low=used * 10 - 10,
        high=used * 10,
    )
    return AREA.warning(text, hint) if used >= _WORN else AREA.fine(text)


def _used(text: str) -> int | None:
    """Tenths of the life that are used, the worse of the two kinds of memory; None if the card does not say."""
    try:
        tenths = max((int(word, 16) for word in text.split()), default=0)
    except ValueError:
        return None
    return tenths or None
