"""Who may stay connected when too many are? Busy ones before idle ones, newer idle ones before older ones."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable

from artframe.core.ip import household
from artframe.interfaces.web.limits import Limits


class Standing(enum.IntEnum):
    """What a connection is about; the lower, the sooner it makes room for another one."""

    IDLE = 0
    """Nothing was asked yet, or nothing more: the handshake, half a header, between two requests."""
    SENDING = 1
    """It sends the body of a request."""
    ANSWERED = 2
    """Its request is being answered."""


class Guest:
    """One connection. Whoever serves it keeps ``standing`` true, and ``leave``s at its end."""

    def __init__(self, connections: Connections, address: str, close: Callable[[], object]) -> None:
        self.address = address
        self.standing = Standing.IDLE
        self.close: Callable[[], object] = close
        self._connections = connections

    def idle(self) -> None:
        """It waits for a request; the longer, the sooner it goes."""
        self.standing = Standing.IDLE
        self._connections.renew(self)

    def leave(self) -> None:
        """It is closed; harmless to repeat."""
        self._connections.remove(self)


class Connections:
    """All connections of one server. Lives on the loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._guests: dict[Guest, None] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def admit(self, address: str, close: Callable[[], object]) -> Guest | None:
        """Take in a connection from this address, or None if nobody makes room for it.

        One that must make room is closed by its ``close``.
        """
        who = household(address)
        own = [guest for guest in self._guests if guest.address == who]
        if len(own) >= self._limits.connections_of_one:
            if not self._make_room(own):
                return None
        elif len(self._guests) >= self._limits.connections and not self._make_room(self._crowd()):
            return None
        guest = Guest(self, who, close)
        self._guests[guest] = None
        return guest

    def renew(self, guest: Guest) -> None:
        """Put the guest behind those who have been idle for longer."""
        if guest in self._guests:
            del self._guests[guest]
            self._guests[guest] = None

    def remove(self, guest: Guest) -> None:
        """Forget a guest; harmless to repeat."""
        self._guests.pop(guest, None)

    def close_all(self) -> None:
        """Close every connection that is left."""
        for guest in tuple(self._guests):
            guest.close()

    def _crowd(self) -> list[Guest]:
        """Those of the addresses with the most connections: who takes many gives way first."""
        count: dict[str, int] = {}
        for guest in self._guests:
            if guest.standing is not Standing.ANSWERED:
                count[guest.address] = count.get(guest.address, 0) + 1
        most = max(count.values(), default=0)
        return [guest for guest in self._guests if count.get(guest.address) == most]

    def _make_room(self, among: Iterable[Guest]) -> bool:
        going = [guest for guest in among if guest.standing is not Standing.ANSWERED]
        if not going:
            return False
        victim = min(going, key=lambda guest: guest.standing)  # the first of them, hence the oldest
        self.remove(victim)
        victim.close()
        return True
