"""Are the programs there that artframe starts?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.doctor.finding import Area, Finding

AREA = Area("exiftool")


def exiftool(machine: Machine) -> Iterator[Finding]:
    """It writes metadata into photos; nothing else needs it."""
    install = "sudo apt install libimage-exiftool-perl"
    if machine.program("exiftool") is None:
        yield AREA.notice("exiftool is not installed: no metadata can be written into photos", install)
        return
    version = machine.run(["exiftool", "-ver"])
    if version is None:
        yield AREA.warning("exiftool is installed but does not run", f"install it anew: {install}")
    else:
        yield AREA.fine(f"exiftool {version}")
