"""Is the machine too hot, and does it get enough power?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

AREA = Area("power")

_WARM, _HOT = 75.0, 82.0
"""Degrees: a Pi slows down from 80 on."""
_FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"
_UNDER_VOLTAGE, _SLOWED = 0x1, 0x2 | 0x4 | 0x8
_PAST = 16
"""The same bits, so many places higher, say what happened since the start."""


def power(machine: Machine) -> Iterator[Finding]:
    """Temperature everywhere, under-voltage and throttling on a Raspberry Pi."""
    heat = machine.temperature()
    if heat is not None:
        degrees = round(heat)
        air = said("power.air", "give it air, or a heat sink")
        if heat >= _HOT:
            yield AREA.error(
                said("power.hot", "{degrees} °C: the processor is too hot and slows down", degrees=degrees), air
            )
        elif heat >= _WARM:
            yield AREA.warning(
                said("power.warm", "{degrees} °C: the processor is close to slowing down", degrees=degrees), air
            )
        else:
            yield AREA.fine(said("power.cool", "{degrees} °C", degrees=degrees))
    bits = _throttled(machine)
    if bits is None:
        if "Raspberry Pi" in machine.model():
            yield AREA.notice(said("power.unknown", "whether the power is sufficient could not be read"))
        return
    supply = said(
        "power.supply", "use the official power supply and a short, thick cable; unplug what draws power from the Pi"
    )
    if bits & _UNDER_VOLTAGE:
        yield AREA.error(
            said("power.weak", "the power supply is too weak at this moment: crashes and broken cards come of that"),
            supply,
        )
    elif bits >> _PAST & _UNDER_VOLTAGE:
        yield AREA.warning(said("power.was_weak", "the power supply was too weak at times since the start"), supply)
    else:
        yield AREA.fine(said("power.enough", "the power supply is sufficient"))
    if bits & _SLOWED:
        yield AREA.warning(
            said("power.slowed", "the processor is slowed down now, by heat or by weak power"),
            said("power.more", "give it air, or more power"),
        )
    elif bits >> _PAST & _SLOWED:
        yield AREA.notice(
            said("power.was_slowed", "the processor was slowed down at times since the start, by heat or weak power")
        )


def _throttled(machine: Machine) -> int | None:
    answer = machine.text(_FIRMWARE) or (machine.run(["vcgencmd", "get_throttled"]) or "").rpartition("=")[2]
    try:
        return int(answer, 16)
    except ValueError:
        return None
