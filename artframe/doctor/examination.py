"""How does the doctor look at everything at once, and go on where one look never ends?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.task import Task
from artframe.doctor.finding import Area, Finding, Probe
from artframe.host.waiting import all_done

log = logging.getLogger(__name__)


async def examine(probes: Sequence[Probe], *, caller: Caller, clock: Clock, task: Task) -> list[Finding]:
    """What all probes find, area by area. They run at the same time; one that hangs or fails is a finding itself.

    Raises Cancelled when the task is cancelled; what still runs is left behind.
    """
    task.plan(len(probes), "looking at everything")

    async def look(probe: Probe) -> list[Finding]:
        found = await _look(probe, caller, clock)
        task.step(message=probe.what)
        return found

    looks = [asyncio.ensure_future(look(probe)) for probe in probes]
    try:
        found = await asyncio.gather(*looks)
    finally:
        for one in looks:
            one.cancel()
    areas = list(dict.fromkeys(probe.area for probe in probes))
    listed = [finding for findings in found for finding in findings]
    return sorted(listed, key=lambda finding: areas.index(finding.area) if finding.area in areas else len(areas))


async def _look(probe: Probe, caller: Caller, clock: Clock) -> list[Finding]:
    def told(text: str) -> list[Finding]:
        hint = "artframe goes on; try again later, and restart the machine if it stays like this"
        return [Area(probe.area).error(text, hint)]

    work = asyncio.ensure_future(_found(probe, caller))
    try:
        if not await all_done([work], clock=clock, seconds=probe.seconds):
            return told(f"{probe.what}: no answer within {probe.seconds:g} s")
        return work.result()
    except Exception as error:
        log.exception("looking at %s failed", probe.what)
        return told(f"{probe.what}: looking at it failed with {type(error).__name__}; the log says more")
    finally:
        work.cancel()


async def _found(probe: Probe, caller: Caller) -> list[Finding]:
    if asyncio.iscoroutinefunction(probe.function):
        return list(await probe.function())
    # A thread of its own: one that hangs must not take a worker from the pictures.
    return await caller.call_in_own_thread(lambda: list(probe.function()))
