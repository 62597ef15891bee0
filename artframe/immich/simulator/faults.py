"""What can go wrong between a client and a server, and how is it switched on?

=================  ==================================================================================
switch             what matching requests meet
=================  ==================================================================================
status(code)       an error status; ``retry_after`` adds the header, ``message`` replaces the usual text
hang()             no answer, or after ``after_bytes`` of the body no more of it, until ``release()`` or ``clear()``
cut(after_bytes)   the connection is closed after so many bytes of the body
refuse()           the connection is closed without any answer
slow(rate)         the body comes at ``rate`` bytes per second
half_listing()     lists lose rows: only the first ``keep`` (a share, 0.5) of the rows of an answer are in it
wrong_checksum()   assets in JSON answers carry the checksum of something else
corrupt()          the body has the right length and the wrong content
login_page()       200 and the HTML of a proxy's login page
redirect(to)       302 (or ``code``) to another address
not_json()         200, the content type says JSON, the body is not
meanwhile(action)  a function is called ``before`` or after the answer is made: what somebody else
                   does between two requests
=================  ==================================================================================

Every switch takes ``path`` (a pattern such as ``/api/assets/*/original``, without the query; default: everything),
``method``, ``times`` (how often it strikes; None = until cleared) and ``skip`` (how many matching requests get through
first). A switch gives its Fault back; ``fault.struck`` counts, ``fault.wait_until_struck(timeout)`` waits,
``faults.remove(fault)`` takes back that one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(Enum):
    """What a fault does to the request it strikes."""

    STATUS = "status"
    HANG = "hang"
    CUT = "cut"
    REFUSE = "refuse"
    SLOW = "slow"
    HALF_LISTING = "half listing"
    WRONG_CHECKSUM = "wrong checksum"
    CORRUPT = "corrupt"
    LOGIN_PAGE = "login page"
    REDIRECT = "redirect"
    NOT_JSON = "not JSON"
    MEANWHILE = "meanwhile"

    @property
    def replaces_answer(self) -> bool:
        """Whether the real handler is not even asked."""
        return self in (
            FaultKind.STATUS,
            FaultKind.REFUSE,
            FaultKind.LOGIN_PAGE,
            FaultKind.REDIRECT,
            FaultKind.NOT_JSON,
        )


@dataclass(eq=False, kw_only=True)
class Fault:
    """One switched-on fault; made by the methods of Faults."""

    kind: FaultKind
    path: str = "*"
    method: str = "*"
    times: int | None = None
    skip: int = 0
    code: int = 500
    message: str | None = None
    retry_after: float | str | None = None
    after_bytes: int | None = None
    rate: float = 0.0
    keep: float = 0.5
    location: str = ""
    action: Callable[[], object] = lambda: None
    before: bool = True
    released: threading.Event = field(default_factory=threading.Event)
    hangs_up: bool = False
    struck: int = 0
    _struck: threading.Event = field(default_factory=threading.Event)

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts if so. Called under the lock of Faults."""
        if not (fnmatchcase(method, self.method) and fnmatchcase(path, self.path)):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        self._struck.set()
        return True

    def wait_until_struck(self, timeout: float = 30.0) -> bool:
        """Wait until a first request was hit; False when none came."""
        return self._struck.wait(timeout)


class Faults:
    """The switches of one server; safe to use from any thread while requests arrive."""

    def __init__(self) -> None:
        self._switched_on: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on."""
        with self._lock:
            self._switched_on.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Switch one fault off and let go of whom it holds."""
        with self._lock:
            if fault in self._switched_on:
                self._switched_on.remove(fault)
        fault.released.set()

    def clear(self) -> None:
        """Switch everything off and let go of every held request."""
        with self._lock:
            faults, self._switched_on = self._switched_on, []
        for fault in faults:
            fault.released.set()

    def hang_up(self) -> None:
        """Switch everything off and close the connections of held requests, as a server that stops."""
        with self._lock:
            for fault in self._switched_on:
                fault.hangs_up = True
        self.clear()

    def release(self) -> None:
        """Let held requests go on; the hanging faults are switched off."""
        with self._lock:
            hanging = [fault for fault in self._switched_on if fault.kind is FaultKind.HANG]
        for fault in hanging:
            self.remove(fault)

    def striking(self, method: str, path: str) -> list[Fault]:
        """The faults that hit this request, each counted once."""
        if not self._switched_on:
            return []
        with self._lock:
            return [fault for fault in self._switched_on if fault.strikes(method, path)]

    def status(
        self, code: int, *, message: str | None = None, retry_after: float | str | None = None, **where: Any
    ) -> Fault:
        return self.add(Fault(kind=FaultKind.STATUS, code=code, message=message, retry_after=retry_after, **where))

    def hang(self, *, after_bytes: int | None = None, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.HANG, after_bytes=after_bytes, **where))

    def cut(self, after_bytes: int, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.CUT, after_bytes=after_bytes, **where))

    def refuse(self, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.REFUSE, **where))

    def slow(self, rate: float, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.SLOW, rate=rate, **where))

    def half_listing(self, *, keep: float = 0.5, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.HALF_LISTING, keep=keep, **where))

    def wrong_checksum(self, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.WRONG_CHECKSUM, **where))

    def corrupt(self, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.CORRUPT, **where))

    def login_page(self, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.LOGIN_PAGE, **where))

    def redirect(self, to: str, *, code: int = 302, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.REDIRECT, location=to, code=code, **where))

    def not_json(self, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.NOT_JSON, **where))

    def meanwhile(self, action: Callable[[], object], *, before: bool = True, **where: Any) -> Fault:
        return self.add(Fault(kind=FaultKind.MEANWHILE, action=action, before=before, **where))
