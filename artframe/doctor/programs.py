"""Are the programs there that artframe starts?"""

from __future__ import annotations

from collections.abc import Iterator

from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

AREA = Area("exiftool")


def exiftool(machine: Machine) -> Iterator[Finding]:
    """It writes metadata into photos; nothing else needs it."""
    if machine.program("exiftool") is None:
        yield AREA.notice(
            said("exiftool.none", "exiftool is not installed: no metadata can be written into photos"),
            said("exiftool.install", "sudo apt install libimage-exiftool-perl"),
        )
        return
    version = machine.run(["exiftool", "-ver"])
    if version is None:
        yield AREA.warning(
            said("exiftool.broken", "exiftool is installed but does not run"),
            said("exiftool.anew", "install it anew: sudo apt install libimage-exiftool-perl"),
        )
    else:
        yield AREA.fine(said("exiftool.version", "exiftool {version}", version=version))
