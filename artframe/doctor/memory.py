"""Is there memory left?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

AREA = Area("memory")

_LITTLE_MB = 48
_SMALL_MACHINE_MB = 1100


def memory(machine: Machine) -> Iterator[Finding]:
    """What is available, what is swapped, and whether something was killed for want of it."""
    facts = machine.memory()
    available, total = facts.get("MemAvailable"), facts.get("MemTotal")
    if available is None or total is None:
        yield AREA.notice(said("memory.unknown", "how much memory is left cannot be told on this machine"))
        return
    if available < min(_LITTLE_MB, total // 8):
        yield AREA.warning(
            said(
                "memory.little",
                "{available:,} of {total:,} MB are available: something else takes it",
                available=available,
                total=total,
            ),
            said("memory.top", "'top' shows what; end it, or restart the machine if nobody knows it"),
        )
    else:
        yield AREA.fine(
            said("memory.left", "{available:,} of {total:,} MB are available", available=available, total=total)
        )
    swap, swap_free = facts.get("SwapTotal", 0), facts.get("SwapFree", 0)
    if swap:
        yield AREA.fine(
            said("memory.swap", "{used:,} of {total:,} MB of swap are used", used=swap - swap_free, total=swap)
        )
    elif total < _SMALL_MACHINE_MB:
        yield AREA.notice(
            said("memory.no_swap", "there is no swap: on a machine this small one large picture may end a program"),
            said("memory.add_swap", "Raspberry Pi OS has zram or dphys-swapfile for that"),
        )
    killed = _killed(machine)
    if killed:
        yield AREA.warning(
            said("memory.killed_one", "since its start the machine has ended a program because memory ran out")
            if killed == 1
            else said(
                "memory.killed",
                "since its start the machine has ended {count} programs because memory ran out",
                count=killed,
            ),
            said("memory.journal", "'journalctl -k' names them; end what needs so much beside the frame"),
        )


def _killed(machine: Machine) -> int:
    for line in machine.text("proc/vmstat").splitlines():
        name, _, count = line.partition(" ")
        if name == "oom_kill" and count.isdecimal():
            return int(count)
    return 0
