"""Is there memory left?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.doctor.finding import Area, Finding

AREA = Area("memory")

_LITTLE_MB = 48
_SMALL_MACHINE_MB = 1100


def memory(machine: Machine) -> Iterator[Finding]:
    """What is available, what is swapped, and whether something was killed for want of it."""
    facts = machine.memory()
    available, total = facts.get("MemAvailable"), facts.get("MemTotal")
    if available is None or total is None:
        yield AREA.notice("how much memory is left cannot be told on this machine")
        return
    text = f"{available:,} of {total:,} MB are available"
    if available < min(_LITTLE_MB, total // 8):
        yield AREA.warning(
            f"{text}: something else takes it", "'top' shows what; end it, or restart the machine if nobody knows it"
        )
    else:
        yield AREA.fine(text)
    swap, swap_free = facts.get("SwapTotal", 0), facts.get("SwapFree", 0)
    if swap:
        yield AREA.fine(f"{swap - swap_free:,} of {swap:,} MB of swap are used")
    elif total < _SMALL_MACHINE_MB:
        yield AREA.notice(
            "there is no swap: on a machine this small one large picture may end a program",
            "Raspberry Pi OS has zram or dphys-swapfile for that",
        )
    killed = _killed(machine)
    if killed:
        yield AREA.warning(
            f"since its start the machine has ended {_programs(killed)} because memory ran out",
            "'journalctl -k' names them; end what needs so much beside the frame",
        )


def _programs(count: int) -> str:
    return "a program" if count == 1 else f"{count} programs"


def _killed(machine: Machine) -> int:
    for line in machine.text("proc/vmstat").splitlines():
        name, _, count = line.partition(" ")
        if name == "oom_kill" and count.isdecimal():
            return int(count)
    return 0
