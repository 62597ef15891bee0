"""Two people changed the same text: what do both changes together look like?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

OURS, BETWEEN, THEIRS = "<<<<<<< yours", "=======", ">>>>>>> saved meanwhile"
"""What stands around two changes of the same lines: nothing that a JSON file could be saved with by mistake."""

Lines = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """Both changes in one text; ``clashes`` counts the places where a person must choose. May hold secrets."""

    text: str = field(repr=False)
    clashes: int


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Put two changes of ``base`` together, line by line; what both changed differently stands marked, both ways."""
    pieces: list[str] = []
    clashes = 0
    for before, mine, other in _stretches(base.split("\n"), ours.split("\n"), theirs.split("\n")):
        if mine == other or other == before:
            pieces += mine
        elif mine == before:
            pieces += other
        else:
            clashes += 1
            pieces += [OURS, *mine, BETWEEN, *other, THEIRS]
    return Merged(text="\n".join(pieces), clashes=clashes)


def _stretches(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """Cut the three texts into stretches that belong together; all three agree on every second one."""
    a = b = c = 0
    for start, mine, other, length in _agreed(base, ours, theirs):
        yield base[a:start], ours[b:mine], theirs[c:other]
        yield (base[start : start + length],) * 3
        a, b, c = start + length, mine + length, other + length
    yield base[a:], ours[b:], theirs[c:]


def _agreed(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Where in the three texts the same lines stand, and how many."""
    mine = SequenceMatcher(None, base, ours, autojunk=False).get_matching_blocks()
    other = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(mine) and j < len(other):
        start = max(mine[i].a, other[j].a)
        end = min(mine[i].a + mine[i].size, other[j].a + other[j].size)
        if start < end:
            yield start, mine[i].b + start - mine[i].a, other[j].b + start - other[j].a, end - start
        if mine[i].a + mine[i].size < other[j].a + other[j].size:
            i += 1
        else:
            j += 1
