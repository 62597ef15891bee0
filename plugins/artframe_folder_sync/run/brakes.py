"""How many deletions are too many to be meant, and which of them wait for a person?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from artframe.plugin import Sentence
from artframe_folder_sync import sayings
from artframe_folder_sync.records import Action, PairConfig
from artframe_folder_sync.sayings import NOTHING


@dataclass(frozen=True, kw_only=True)
class Braked:
    """The deletions of one side: which may be done, which wait, and why."""

    go: list[Action] = field(default_factory=list)
    held: list[Action] = field(default_factory=list)
    why: Sentence = NOTHING


def allowance(config: PairConfig, tracked: int) -> int:
    """How many deletions of one side are believed, per run and per 24 hours."""
    return max(config.max_deletions, int(tracked * config.max_deletions_percent / 100))


def brake(
    deletions: Sequence[Action], *, approved: Collection[str], allowed: int, spent: int, stopped: Sentence | None = None
) -> Braked:
    """All the new ones or none: half of an accident is one too.

    ``approved`` are the keys that a person allowed: exactly those, and they count towards nothing. ``spent``: how many
    were done in the last 24 hours. ``stopped``: why none may be done without approval whatever their number.
    """
    granted = [one for one in deletions if one.key in approved]
    new = [one for one in deletions if one.key not in approved]
    if not new:
        return Braked(go=granted)
    if stopped is not None:
        return Braked(go=granted, held=new, why=stopped)
    if len(new) > allowed:
        return Braked(go=granted, held=new, why=sayings.too_many(len(new), allowed))
    if len(new) + spent > allowed:
        return Braked(go=granted, held=new, why=sayings.too_many_today(len(new), spent, allowed))
    return Braked(go=[*granted, *new])
