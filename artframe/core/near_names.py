"""Which of the known names did somebody probably mean?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that is most likely meant, or an empty text."""
    if len(word) > 100:
        return ""  # no slip of the pen, and expensive to compare
    words: Sequence[str] = list(known)
    folded = {other.casefold(): other for other in reversed(words)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return folded[close[0]]
    # "url" for "immich_url" is too far for a ratio of letters, yet it is what people write.
    parts = [other for other in words if len(word) >= 3 and word.casefold() in other.casefold().split("_")]
    return parts[0] if len(parts) == 1 else ""


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The hint for a name that nothing has: the near one as a question, or what to do where none is near."""
    close = did_you_mean(word, known)
    return f"did you mean '{close}'?" if close else otherwise
