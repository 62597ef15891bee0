"""On what does this frame run, and which facts does somebody need who helps?"""

from __future__ import annotations

from typing import Any

from artframe import diagnostics, logs
from artframe.config.masking import without_credentials
from artframe.core.commands import command
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.frame_parts import FrameParts
from artframe.status import StatusCommands, span

_LOG_LINES = 100


class SystemCommands:
    """``system info`` and ``diagnostics``."""

    def __init__(self, parts: FrameParts, status: StatusCommands, doctor: DoctorCommands) -> None:
        self._parts = parts
        self._status = status
        self._doctor = doctor

    @command("system info", render=lambda result: _text(result))
    def info(self) -> dict[str, Any]:
        """Say what the frame runs on: versions, machine, memory, disk, temperature, addresses, time."""
        panel = self._parts.panel()
        frame = self._parts.store.config.frame
        return {
            "name": frame.name,
            **diagnostics.machine_facts(self._parts.home),
            "time_zone_setting": frame.time_zone,
            "running_seconds": self._status.running_seconds,
            "home": str(self._parts.home),
            "panel": {"kind": panel.kind, "width": panel.size[0], "height": panel.size[1]},
        }

    @command("diagnostics")
    async def diagnostics(self) -> dict[str, Any]:
        """Collect the facts that somebody who helps needs; secrets are masked."""
        parts, in_worker = self._parts, self._parts.caller.call
        history = parts.jobs.history
        facts = {
            "machine": await in_worker(self.info),
            "status": await self._status.status(),
            "faces": parts.faces.facts(),
            "doctor": await self._doctor.look_quickly(),
            "library": await in_worker(self._status.stats),
            "jobs": [run.as_json() for name in history.jobs() for run in history.runs(name)[-5:]],
            "config_problems": [problem.as_json() for problem in parts.store.problems],
            "config": await in_worker(self._configuration),
            "plugins": await parts.entries.diagnostics(),
        }
        # Whoever gives a fact is to leave its secrets out; this is the net below.
        return dict(await in_worker(self._masked, facts))

    def _configuration(self) -> dict[str, Any]:
        store = self._parts.store
        return {name: self._shown(name) for name in ("frame", *(f"plugins/{one}" for one in store.config.plugins))}

    def _shown(self, name: str) -> Any:
        try:
            return self._parts.store.shown(name)
        except Exception as error:
            return str(error)

    def _masked(self, facts: dict[str, Any]) -> Any:
        recent = self._parts.recent
        lines = [line.as_json() for line in recent.since(recent.newest - _LOG_LINES)]
        return diagnostics.plain({**facts, "log": lines}, lambda text: without_credentials(logs.mask(text)))


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
