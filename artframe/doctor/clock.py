"""Is the clock right, does somebody keep it right, and which time zone does the frame go by?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from artframe.core.clock import EARLIEST
from artframe.core.machine import Machine
from artframe.doctor.finding import Area, Finding

AREA = Area("time")

_TOLERATED = timedelta(days=1)


def clock(machine: Machine, now: datetime, state: Path, zone: str) -> Iterator[Finding]:
    """``now`` is the frame's clock; no file in ``state`` should be younger than that. ``zone`` is the setting."""
    yield _plausible(now, state)
    yield _synchronised(machine)
    local = now.astimezone(ZoneInfo(zone) if zone else None)
    if not zone and not local.utcoffset() and local.tzname() in ("UTC", "Etc/UTC", "Universal"):
        yield AREA.notice(
            f"it is {local:%H:%M}, world time (UTC): neither the frame nor the machine has a time zone",
            "set time_zone in frame.json, for example Europe/Berlin",
        )
    else:
        yield AREA.fine(f"it is {local:%Y-%m-%d %H:%M} {local.tzname()}" + (f" ({zone})" if zone else ""))


def _plausible(now: datetime, state: Path) -> Finding:
    hint = "set the time (sudo timedatectl set-time ...), or let the frame reach a time server"
    if now < EARLIEST:
        return AREA.error(f"the clock says {now:%Y-%m-%d}, which cannot be right; secure connections may fail", hint)
    newest = max((_written(path) for path in state.iterdir()), default=0.0) if state.is_dir() else 0.0
    if newest > (now + _TOLERATED).timestamp():
        later = datetime.fromtimestamp(newest, now.tzinfo)
        return AREA.warning(
            f"the clock says {now:%Y-%m-%d}, but the frame wrote files on {later:%Y-%m-%d}: it went back", hint
        )
    return AREA.fine("the clock is plausible")


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _synchronised(machine: Machine) -> Finding:
    if machine.has("run/systemd/timesync/synchronized"):
        return AREA.fine("the clock follows a time server")
    said = machine.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if said == "yes":
        return AREA.fine("the clock follows a time server")
    if said == "no":
        return AREA.warning(
            "the clock follows no time server: it drifts, and is wrong after each power cut",
            "sudo timedatectl set-ntp true; see that the network lets NTP (UDP port 123) through",
        )
    return AREA.notice("whether the clock follows a time server cannot be told on this machine")
