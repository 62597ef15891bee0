"""Is the clock right, does somebody keep it right, and which time zone does the frame go by?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from artframe.core.clock import EARLIEST
from artframe.core.machine import Machine
from artframe.core.sentence import said
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
            said(
                "time.no_zone",
                "it is {time}, world time (UTC): neither the frame nor the machine has a time zone",
                time=f"{local:%H:%M}",
            ),
            said("time.set_zone", "set time_zone in frame.json, for example Europe/Berlin"),
        )
    else:
        here = f"{local.tzname()} ({zone})" if zone else f"{local.tzname()}"
        yield AREA.fine(said("time.now", "it is {time} {zone}", time=f"{local:%Y-%m-%d %H:%M}", zone=here))


def _plausible(now: datetime, state: Path) -> Finding:
    hint = said("time.set", "set the time (sudo timedatectl set-time ...), or let the frame reach a time server")
    if now < EARLIEST:
        return AREA.error(
            said(
                "time.wrong",
                "the clock says {today}, which cannot be right; secure connections may fail",
                today=f"{now:%Y-%m-%d}",
            ),
            hint,
        )
    newest = max((_written(path) for path in state.iterdir()), default=0.0) if state.is_dir() else 0.0
    if newest > (now + _TOLERATED).timestamp():
        later = datetime.fromtimestamp(newest, now.tzinfo)
        return AREA.warning(
            said(
                "time.went_back",
                "the clock says {today}, but the frame wrote files on {later}: it went back",
                today=f"{now:%Y-%m-%d}",
                later=f"{later:%Y-%m-%d}",
            ),
            hint,
        )
    return AREA.fine(said("time.plausible", "the clock is plausible"))


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _synchronised(machine: Machine) -> Finding:
    if machine.has("run/systemd/timesync/synchronized"):
        return AREA.fine(said("time.server", "the clock follows a time server"))
    answer = machine.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if answer == "yes":
        return AREA.fine(said("time.server", "the clock follows a time server"))
    if answer == "no":
        return AREA.warning(
            said("time.no_server", "the clock follows no time server: it drifts, and is wrong after each power cut"),
            said(
                "time.set_server", "sudo timedatectl set-ntp true; see that the network lets NTP (UDP port 123) through"
            ),
        )
    return AREA.notice(said("time.unknown", "whether the clock follows a time server cannot be told on this machine"))
