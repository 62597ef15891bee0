"""Does the panel show what it is handed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from artframe.core.sentence import said
from artframe.display.panels import Panel
from artframe.display.stage import Stage
from artframe.doctor.finding import Area, Finding

AREA = Area("panel")

_STALLED_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class PanelFacts:
    """What the frame knows of its panel. ``shows`` says whether there is anything to show at all."""

    kind: str
    size: tuple[int, int]
    open: bool
    failing: bool
    presented: int
    stalled_seconds: float
    shows: bool
    complaint: str = ""


def facts_of(stage: Stage, panel: Panel, *, shows: bool, complaint: str) -> PanelFacts:
    """As it is at this moment; any thread."""
    is_open = stage.last_beat is not None
    return PanelFacts(
        kind=kind_of(panel),
        size=(panel.size.width, panel.size.height) if is_open else (0, 0),
        open=is_open,
        failing=stage.failing,
        presented=stage.frames_presented,
        stalled_seconds=stage.stalled_for(),
        shows=shows,
        complaint=complaint,
    )


def kind_of(panel: Panel) -> str:
    """Its name, as ``display.panel`` has it, if it tells; else that of its class."""
    return str(getattr(panel, "kind", type(panel).__name__))


def panel(facts: PanelFacts) -> Iterator[Finding]:
    """Open, presenting, in time."""
    restart = said("panel.restart", "restart artframe; 'artframe logs --level warning' tells more")
    if facts.complaint:
        yield AREA.warning(
            facts.complaint, said("panel.correct", "correct display.panel in frame.json and restart artframe")
        )
    if not facts.open:
        yield AREA.error(said("panel.closed", "the panel ({kind}) is not open", kind=facts.kind), restart)
        return
    width, height = facts.size
    name = f"{facts.kind}, {width} x {height}"
    if facts.failing:
        yield AREA.error(
            said("panel.fails", "{panel}: it fails, and is opened anew every few seconds", panel=name), restart
        )
    elif facts.stalled_seconds > _STALLED_SECONDS:
        seconds = round(facts.stalled_seconds)
        yield AREA.error(
            said("panel.stalled", "{panel}: nothing has moved for {seconds} s", panel=name, seconds=seconds), restart
        )
    elif facts.shows and not facts.presented:
        yield AREA.error(said("panel.nothing", "{panel}: nothing has been presented yet", panel=name), restart)
    else:
        yield AREA.fine(
            said(
                "panel.presents",
                "{panel}: {count:,} pictures and steps of fades presented",
                panel=name,
                count=facts.presented,
            )
        )
