"""Does one folder lie inside another?"""

from __future__ import annotations

from collections.abc import Sequence


def lies_in(folder: str, other: str) -> bool:
    """Whether ``folder`` is ``other`` or below it; both normalised and absolute."""
    return folder == other or folder.startswith(other.rstrip("/") + "/")


def overlapping(folders: Sequence[str]) -> tuple[str, str] | None:
    """The first two of which the second is, or lies inside, the first; None if all are apart."""
    for index, one in enumerate(folders):
        for other in folders[index + 1 :]:
            if lies_in(other, one):
                return one, other
            if lies_in(one, other):
                return other, one
    return None
