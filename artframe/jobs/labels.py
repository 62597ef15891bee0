"""What do people call that which a job counts?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FETCHED = {"photos": "photos fetched", "removed": "photos removed", "bytes": "fetched"}
"""What the sync of a photo source counts, in words that follow a number."""


def labels_of(told: Mapping[str, str], counted: Iterable[Mapping[str, int]]) -> dict[str, str]:
    """The words for each count that is to be shown, in order: ``told`` by the job, if it tells any.

    Else those of a sync, and for whatever else was ``counted`` its name.
    """
    if told:
        return dict(told)
    others = dict.fromkeys(name for counts in counted for name in counts if name not in FETCHED)
    return {**FETCHED, **{name: name.replace("_", " ") for name in others}}


def is_bytes(name: str) -> bool:
    """Whether a count of this name is a sum of bytes."""
    return name.partition("_")[0] == "bytes"
