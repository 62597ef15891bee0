"""Did a listing lose so many photos that a person should confirm it before anything is removed?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from artframe.core.sentence import Sentence, said

FEW = 20
"""Losing up to so many photos is an ordinary day."""
SHARE = 0.30
"""Losing up to this share of all photos is an ordinary day."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A loss that waits for a person: ``count`` of ``known`` photos, some names, and what identifies the set."""

    count: int
    known: int
    sample: tuple[str, ...]
    digest: str

    @property
    def message(self) -> str:
        return self.told.english

    @property
    def told(self) -> Sentence:
        names = ", ".join(self.sample)
        more = self.count - len(self.sample)
        if more > 0:
            names = f"{names}, +{more}"
        return said(
            "sync.many_missing",
            "{count} of {known} photos are no longer listed ({names}); that is so many that artframe keeps them until"
            " you confirm",
            count=self.count,
            known=self.known,
            names=names,
        )


def loses_too_much(missing: int, known: int) -> bool:
    """More than 30 % and more than 20 photos; an emptied album is no exception."""
    return missing > FEW and missing > SHARE * known


def digest(ids: Iterable[str]) -> str:
    """What identifies a set of photos, whatever their order."""
    total = hashlib.sha256()
    for photo_id in sorted(ids):
        total.update(photo_id.encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()
