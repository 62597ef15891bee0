"""One probe that hangs or fails keeps no other one waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from artframe.core.calling import Caller
from artframe.core.clock import Clock, SystemClock
from artframe.core.task import Progress, Task
from artframe.doctor.examination import examine
from artframe.doctor.finding import Area, Finding, Probe, Severity
from artframe.errors import Cancelled
from artframe.testing import ManualClock

AREA = Area("test")


def run(
    probes: Sequence[Probe], clock: Clock | None = None, task: Task | None = None, meanwhile: Callable[[], Any] = list
) -> list[Finding]:
    async def look() -> list[Finding]:
        caller = Caller(asyncio.get_running_loop())
        looking = asyncio.ensure_future(
            examine(probes, caller=caller, clock=clock or SystemClock(), task=task or Task())
        )
        await asyncio.to_thread(meanwhile)
        try:
            return await looking
        finally:
            caller.close()

    return asyncio.run(asyncio.wait_for(look(), 60))


class TestExamination:
    def test_one_that_hangs_is_named_and_keeps_nobody_waiting(self) -> None:
        clock = ManualClock()
        hanging, looked = threading.Event(), threading.Event()

        def hang() -> list[Finding]:
            looked.set()
            hanging.wait(60)
            return [AREA.fine("at last")]

        def meanwhile() -> None:
            assert looked.wait(60)
            clock.wait_for_sleepers(1)
            clock.advance(10)

        probes = [
            Probe(area="test", what="the card reader", function=hang),
            Probe(area="test", what="the rest", function=lambda: [AREA.fine("fine")]),
        ]
        try:
            hung, fine = run(probes, clock, meanwhile=meanwhile)
        finally:
            hanging.set()
        assert hung.severity is Severity.ERROR and "the card reader: no answer within 10 s" in hung.text and hung.hint
        assert fine.text == "fine"

    def test_one_that_fails_is_named_and_the_others_are_told(self) -> None:
        def fail() -> list[Finding]:
            raise ZeroDivisionError

        probes = [
            Probe(area="test", what="the card", function=fail),
            Probe(area="other", what="the rest", function=lambda: [AREA.notice("good to know")]),
        ]
        failed, notice = run(probes)
        assert "the card: looking at it failed with ZeroDivisionError" in failed.text
        assert notice.severity.ok

    def test_progress_is_told_and_a_cancelled_look_ends(self) -> None:
        seen: list[Progress] = []
        probes = [Probe(area="test", what=f"part {number}", function=list) for number in range(3)]
        run(probes, task=Task(seen.append))
        assert (seen[-1].done, seen[-1].total) == (3, 3)
        cancelled = Task()
        cancelled.cancel()
        with pytest.raises(Cancelled):
            run(probes, task=cancelled)

    def test_findings_come_area_by_area(self) -> None:
        probes = [
            Probe(area=area, what=area, function=lambda area=area, text=text: [Area(area).fine(text)])  # type: ignore[misc]
            for area, text in [("disk", "1"), ("time", "2"), ("disk", "3")]
        ]
        assert [one.text for one in run(probes)] == ["1", "3", "2"]
