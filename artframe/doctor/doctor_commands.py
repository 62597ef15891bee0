"""The command ``doctor``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import command
from artframe.core.task import Task
from artframe.doctor.examination import examine
from artframe.doctor.finding import Probe
from artframe.doctor.probes import MachineProbes

_MARKS = {"fine": "ok ", "notice": "(i)", "warning": "!  ", "error": "BAD"}


class DoctorCommands:
    """Looks with the ``probes`` that there are at that moment."""

    def __init__(self, probes: MachineProbes, clock: Clock) -> None:
        self._probes = probes
        self._clock = clock
        self._last: dict[str, Any] | None = None

    @command("doctor", render=lambda result: _text(result))
    async def doctor(self, task: Task) -> dict[str, Any]:
        """Look at everything that may be wrong with the frame and its machine, and say what to do about it.

        Network, time, disk, card, memory, power, panel, programs, settings, the ways to reach the frame, and each
        plugin's own check. Changes nothing. The exit code is 1 if something is wrong.
        """
        found = await self._examine(self._probes.all(), task)
        self._last = {"at": self._clock.now().isoformat(timespec="seconds"), **found}
        return {**found, "exit_code": 0 if found["ok"] else 1}

    async def look_quickly(self) -> dict[str, Any]:
        """The findings of what costs next to nothing, and those of the last whole look, if there was one."""
        return {**await self._examine(self._probes.quick(), Task()), "last": self._last}

    async def _examine(self, probes: Sequence[Probe], task: Task) -> dict[str, Any]:
        caller = Caller(asyncio.get_running_loop())
        try:
            findings = await examine(probes, caller=caller, clock=self._clock, task=task)
        finally:
            caller.close()
        ok = all(finding.severity.ok for finding in findings)
        return {"ok": ok, "findings": [finding.as_json() for finding in findings]}


def _text(result: dict[str, Any]) -> str:
    findings = result["findings"]
    width = max((len(finding["area"]) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{_MARKS[finding['severity']]}  {finding['area']:{width}}  {finding['text']}")
        if finding["hint"]:
            lines.append(f"     {'':{width}}  {finding['hint']}")
    wrong = sum(not finding["ok"] for finding in findings)
    verb = "is" if wrong == 1 else "are"
    lines.append(f"{wrong} of {len(findings)} findings {verb} wrong" if wrong else "nothing is wrong")
    return "\n".join(lines)
