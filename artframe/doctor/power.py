"""Is the machine too hot, and does it get enough power?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
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
        text = f"{heat:.0f} °C"
        if heat >= _HOT:
            yield AREA.error(f"{text}: the processor is too hot and slows down", "give it air, or a heat sink")
        elif heat >= _WARM:
            yield AREA.warning(f"{text}: the processor is close to slowing down", "give it air, or a heat sink")
        else:
            yield AREA.fine(text)
    bits = _throttled(machine)
    if bits is None:
        if "Raspberry Pi" in machine.model():
            yield AREA.notice("whether the power is sufficient could not be read")
        return
    supply = "use the official power supply and a short, thick cable; unplug what draws power from the Pi"
    if bits & _UNDER_VOLTAGE:
        yield AREA.error("the power supply is too weak at this moment: crashes and broken cards come of that", supply)
    elif bits >> _PAST & _UNDER_VOLTAGE:
        yield AREA.warning("the power supply was too weak at times since the start", supply)
    else:
        yield AREA.fine("the power supply is sufficient")
    if bits & _SLOWED:
        yield AREA.warning("the processor is slowed down now, by heat or by weak power", "give it air, or more power")
    elif bits >> _PAST & _SLOWED:
        yield AREA.notice("the processor was slowed down at times since the start, by heat or weak power")


def _throttled(machine: Machine) -> int | None:
    said = machine.text(_FIRMWARE) or (machine.run(["vcgencmd", "get_throttled"]) or "").rpartition("=")[2]
    try:
        return int(said, 16)
    except ValueError:
        return None
