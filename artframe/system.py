"""On what does this frame run, and which facts does somebody need who helps?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from artframe import diagnostics, logs
from artframe.access.access import Access
from artframe.backup.backup_commands import BackupCommands
from artframe.backup.contents import State as BackedUp
from artframe.config.masking import without_credentials
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import CommandRegistry, command
from artframe.core.log_store import LogStore
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.doctor.panel import PanelFacts
from artframe.doctor.probes import FrameProbes
from artframe.faces import Faces
from artframe.host.entries import Entries
from artframe.host.problems import Problems
from artframe.jobs.jobs import Jobs
from artframe.library.hidden import HiddenPhotos
from artframe.library.library import Library
from artframe.picture import Picture
from artframe.reaching import Reaching
from artframe.status import StatusCommands, span

_LOG_LINES = 100


@dataclass(frozen=True, kw_only=True)
class SystemParts:
    """What the commands that tell how everything is look at."""

    caller: Caller
    clock: Clock
    store: ConfigStore
    entries: Entries
    jobs: Jobs
    problems: Problems
    library: Library
    hidden: HiddenPhotos
    picture: Picture
    faces: Faces
    access: Access
    reaching: Reaching
    recent: LogStore
    panel: Callable[[], PanelFacts]

    def register(self, registry: CommandRegistry) -> None:
        """Add ``status``, ``library stats``, ``doctor``, ``system info``, ``diagnostics`` and those about backups."""
        home = self.store.layout.home
        status = StatusCommands(
            home,
            self.clock,
            self.entries,
            self.jobs,
            self.problems,
            self.library,
            self.picture,
            self.store,
            self.reaching,
        )
        probes = FrameProbes(
            home,
            self.store,
            self.clock,
            entries=self.entries,
            problems=self.problems,
            panel=self.panel,
            faces=self.faces.facts,
        )
        doctor = DoctorCommands(probes, self.clock)
        adopt = {
            BackedUp.ACCESS: self.access.adopt,
            BackedUp.HIDDEN: self.hidden.adopt,
            BackedUp.JOBS: lambda saved: self.caller.from_thread(self.jobs.history.adopt, json.loads(saved)),
        }
        backups = BackupCommands(self.store, self.clock, adopt)
        for commands in (status, doctor, SystemCommands(self, status, doctor), backups):
            registry.add_all(commands)


class SystemCommands:
    """``system info`` and ``diagnostics``."""

    def __init__(self, parts: SystemParts, status: StatusCommands, doctor: DoctorCommands) -> None:
        self._home = parts.store.layout.home
        self._store = parts.store
        self._entries = parts.entries
        self._jobs = parts.jobs
        self._panel = parts.panel
        self._faces = parts.faces
        self._recent = parts.recent
        self._status = status
        self._doctor = doctor

    @command("system info", render=lambda result: _text(result))
    def info(self) -> dict[str, Any]:
        """Say what the frame runs on: versions, machine, memory, disk, temperature, addresses, time."""
        panel = self._panel()
        frame = self._store.config.frame
        return {
            "name": frame.name,
            **diagnostics.machine_facts(self._home),
            "time_zone_setting": frame.time_zone,
            "running_seconds": self._status.running_seconds,
            "home": str(self._home),
            "panel": {"kind": panel.kind, "width": panel.size[0], "height": panel.size[1]},
        }

    @command("diagnostics")
    async def diagnostics(self) -> dict[str, Any]:
        """Collect the facts that somebody who helps needs; secrets are masked."""
        facts = {
            "machine": await asyncio.to_thread(self.info),
            "status": await self._status.status(),
            "faces": self._faces.facts(),
            "doctor": await self._doctor.look_quickly(),
            "library": await asyncio.to_thread(self._status.stats),
            "jobs": [run.as_json() for name in self._jobs.history.jobs() for run in self._jobs.history.runs(name)[-5:]],
            "config_problems": [problem.as_json() for problem in self._store.problems],
            "config": {
                name: self._shown(name) for name in ("frame", *(f"plugins/{one}" for one in self._store.config.plugins))
            },
            "plugins": await self._entries.diagnostics(),
            "log": [line.as_json() for line in self._recent.since(self._recent.newest - _LOG_LINES)],
        }
        # Whoever gives a fact is to leave its secrets out; this is the net below.
        return dict(diagnostics.plain(facts, lambda text: without_credentials(logs.mask(text))))

    def _shown(self, name: str) -> Any:
        try:
            return self._store.shown(name)
        except Exception as error:
            return str(error)


def _text(facts: dict[str, Any]) -> str:
    memory, disk, panel = facts["memory_mb"], facts["disk_mb"], facts["panel"]
    rows: list[tuple[str, Any]] = [
        ("frame", f"{facts['name']}, artframe {facts['artframe']}, running {span(facts['running_seconds'])}"),
        ("home", facts["home"]),
        ("machine", f"{facts['machine']}, {facts['processors']} processors"),
        ("system", f"{facts['system']}, Python {facts['python']}"),
        ("up", span(facts["uptime_seconds"]) if facts["uptime_seconds"] is not None else None),
        ("load", " ".join(f"{value:.2f}" for value in facts["load"]) if facts["load"] else None),
        ("memory", f"{_mb(memory['now'])} artframe, {_mb(memory['available'])} of {_mb(memory['total'])} available"),
        ("disk", f"{_mb(disk['free'])} of {_mb(disk['total'])} free" if disk else None),
        ("temperature", f"{facts['temperature_c']:.0f} °C" if facts["temperature_c"] is not None else None),
        ("network", ", ".join([facts["host_name"], *facts["addresses"]])),
        ("time", f"{facts['time'][:16].replace('T', ' ')} {facts['time_zone_setting'] or facts['time_zone']}"),
        ("panel", f"{panel['kind']}, {panel['width']} x {panel['height']}"),
        ("libraries", ", ".join(f"{name} {version}" for name, version in facts["libraries"].items() if version)),
    ]
    return "\n".join(f"{name:11}  {value}" for name, value in rows if value)


def _mb(value: float | None) -> str:
    return f"{value:,.0f} MB" if value is not None else "?"
