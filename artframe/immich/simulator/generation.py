"""Which of the two server generations does this embedded Immich speak, and what does that name stand for?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One server generation: its name, its version and whether it follows the rules that came with 3.0."""

    name: str
    version: tuple[int, int, int]
    modern: bool

    @property
    def text(self) -> str:
        """The version as Immich writes it, such as ``3.0.0``."""
        return ".".join(map(str, self.version))


GENERATIONS = {
    "2.7": Generation(name="2.7", version=(2, 7, 5), modern=False),
    "3.0": Generation(name="3.0", version=(3, 0, 0), modern=True),
}


def generation_named(name: str) -> Generation:
    """The generation called ``2.7`` or ``3.0``; ValueError names the choices otherwise."""
    try:
        return GENERATIONS[name]
    except KeyError:
        raise ValueError(f"unknown generation {name!r}, choose one of {', '.join(GENERATIONS)}") from None
