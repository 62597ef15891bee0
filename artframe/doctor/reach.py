"""Can the frame be reached, over the web and over SSH?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from artframe.config.models import FrameSettings, SshSettings, WebSettings
from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

_LISTENS = "0A"


def reached(
    facts: Mapping[str, Mapping[str, Any]], settings: FrameSettings, home: Path, machine: Machine
) -> Iterator[Finding]:
    """``facts`` is what the faces say of themselves, by their names."""
    for name, face in facts.items():
        area, is_web = Area(name), name == "web"
        wanted: WebSettings | SshSettings | None = getattr(settings, name, None)
        if face.get("running"):
            where = ", ".join(face.get("urls") or ()) or f"port {face.get('port')}"
            yield area.fine(
                said("web.reached", "the web page is reached at {where}", where=where)
                if is_web
                else said("ssh.reached", "the SSH server is reached at {where}", where=where)
            )
        elif wanted is not None and not wanted.enabled:
            yield area.fine(
                said("web.off", "the web page is switched off in frame.json")
                if is_web
                else said("ssh.off", "the SSH server is switched off in frame.json")
            )
        elif not is_web and not _has_key(home):
            yield area.fine(said("ssh.no_key", "the SSH server is off: config/authorized_keys holds no key"))
        elif wanted is not None and wanted.port in listening(machine):
            yield area.error(
                said(
                    "web.taken",
                    "the web page cannot be reached: another program has port {port}",
                    port=str(wanted.port),
                )
                if is_web
                else said(
                    "ssh.taken",
                    "the SSH server cannot be reached: another program has port {port}",
                    port=str(wanted.port),
                ),
                said(
                    "web.free_port",
                    "stop the other program ('sudo ss -ltnp' names it), or choose another {face}.port in frame.json",
                    face=name,
                ),
            )
        else:
            yield area.error(
                said("web.unreached", "the web page cannot be reached")
                if is_web
                else said("ssh.unreached", "the SSH server cannot be reached"),
                said("web.look", "'artframe status' and 'artframe logs' tell why"),
            )


def listening(machine: Machine) -> frozenset[int]:
    """The TCP ports on which some program of this machine listens."""
    ports = set()
    for table in ("proc/net/tcp", "proc/net/tcp6"):
        for line in machine.text(table).splitlines()[1:]:
            words = line.split()
            if len(words) > 3 and words[3] == _LISTENS:
                ports.add(int(words[1].rpartition(":")[2], 16))
    return frozenset(ports)


def _has_key(home: Path) -> bool:
    try:
        lines = (home / "config" / "authorized_keys").read_text(errors="replace").splitlines()
    except OSError:
        return False
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)
