"""Does the panel show what it is handed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
    restart = "restart artframe; 'artframe logs --level warning' tells more"
    if facts.complaint:
        yield AREA.warning(facts.complaint, "correct display.panel in frame.json and restart artframe")
    if not facts.open:
        yield AREA.error(f"the panel ({facts.kind}) is not open", restart)
        return
    width, height = facts.size
    text = f"{facts.kind}, {width} x {height}"
    if facts.failing:
        yield AREA.error(f"{text}: it fails, and is opened anew every few seconds", restart)
    elif facts.stalled_seconds > _STALLED_SECONDS:
        yield AREA.error(f"{text}: nothing has moved for {facts.stalled_seconds:.0f} s", restart)
    elif facts.shows and not facts.presented:
        yield AREA.error(f"{text}: nothing has been presented yet", restart)
    else:
        yield AREA.fine(f"{text}: {facts.presented:,} pictures and steps of fades presented")
