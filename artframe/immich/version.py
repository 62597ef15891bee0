"""Which Immich is this, and do its clock and ours agree?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from artframe.immich.words import said

OLDEST_SUPPORTED = (2, 7)


@dataclass(frozen=True, kw_only=True, order=True)
class Version:
    """The server's version; versions compare by number."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def supported(self) -> bool:
        """Whether this client was made for it (2.7 and later)."""
        return (self.major, self.minor) >= OLDEST_SUPPORTED

    @property
    def warning(self) -> str | None:
        """What a person should know about this version, or None. The client tries older servers all the same."""
        if self.supported:
            return None
        return said(
            "connection.old_server",
            "the server is Immich {version}; artframe is made for 2.7 and later and tries all the same (update Immich"
            " if something does not work)",
            version=str(self),
        )

    @property
    def albums_hold_assets(self) -> bool:
        """Whether GET /albums/:id lists the assets of all contributors (gone in 3.0)."""
        return self.major < 3

    @property
    def albums_split_by_sharing(self) -> bool:
        """Whether a plain GET /albums leaves out what others share with us (changed in 3.0)."""
        return self.major < 3


def clock_warning(offset: timedelta | None) -> str | None:
    """What to tell a person when the server's clock runs ``offset`` ahead of ours, or None if that is harmless."""
    if offset is None or abs(offset) <= timedelta(days=1):
        return None
    days = str(abs(offset).days + 1)
    if offset > timedelta(0):
        return said(
            "connection.clock_behind",
            "this machine's clock is up to {days} days behind the Immich server's (set the time here, or on the server;"
            " certificates and dates fail with a wrong clock)",
            days=days,
        )
    return said(
        "connection.clock_ahead",
        "this machine's clock is up to {days} days ahead of the Immich server's (set the time here, or on the server;"
        " certificates and dates fail with a wrong clock)",
        days=days,
    )
