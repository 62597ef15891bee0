"""How many bytes of the files that are on their way have arrived?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(kw_only=True)
class Transfer:
    """One file on its way: ``done`` of ``total`` bytes (None: unknown)."""

    name: str
    total: int | None
    done: int

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


@dataclass(frozen=True, kw_only=True)
class Moving:
    """The files that are on their way at one moment, together: ``done`` of ``total`` bytes (None: unknown).

    ``name`` is that of the largest, ``share`` the sum of how much of each is done: 1.5 of 3 ``files``.
    """

    files: int
    name: str
    done: int
    total: int | None
    share: float

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {
            "files": self.files,
            "name": self.name,
            "done": self.done,
            "total": self.total,
            "share": round(self.share, 3),
        }


def together(transfers: Iterable[Transfer]) -> Moving | None:
    """All of them as one; None where nothing moves."""
    flying = list(transfers)
    if not flying:
        return None
    totals = [one.total for one in flying if one.total is not None]
    return Moving(
        files=len(flying),
        name=max(flying, key=lambda one: one.total or one.done).name,
        done=sum(one.done for one in flying),
        total=sum(totals) if len(totals) == len(flying) else None,
        share=sum(one.share for one in flying),
    )
