"""How does a configured plugin look in a list, as JSON?"""

from __future__ import annotations

from typing import Any

from artframe.core.sentence import Sentence, with_phrases
from artframe.host import sayings
from artframe.host.entry import Entry
from artframe.host.parts import HostParts
from artframe.host.states import State


def row_of(entry: Entry, parts: HostParts) -> dict[str, Any]:
    """One configured plugin: its state and why, its problems, and how its calls went."""
    standing = entry.standing
    return {
        "instance": entry.instance,
        "kind": entry.config.kind,
        "enabled": entry.config.enabled,
        "state": standing.state.value,
        **with_phrases(reason=standing.said, hint=standing.advice),
        "next_try": standing.next_try.isoformat() if standing.next_try is not None else None,
        "problems": [problem.as_json() for problem in parts.problems.of(entry.instance)],
        "calls": entry.calls.counted(),
    }


def unusable_row(instance: str, reason: str) -> dict[str, Any]:
    """A plugin whose file cannot be used as it stands."""
    return {
        "instance": instance,
        "kind": None,
        "enabled": True,
        "state": State.NEEDS_ATTENTION.value,
        **with_phrases(
            reason=Sentence(english=reason),
            hint=sayings.see_check(instance),
        ),
        "next_try": None,
        "problems": [],
        "calls": {},
    }
