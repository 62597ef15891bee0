"""Who is signed in, on which device, since when and until when?"""

from __future__ import annotations

import builtins
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from artframe.access.devices import device_of
from artframe.access.ledger import Ledger
from artframe.access.records import SessionRecord, State, User, digest_of, name_key
from artframe.core.clock import Clock
from artframe.errors import AuthFailed

IDLE = timedelta(days=30)
LIFETIME = timedelta(days=180)
MOST = 20
"""So many sessions a user may have; the one that was not used for the longest time ends for a new one."""
_LONGEST_SECRET = 200


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody signed in on a device. Datetimes are aware UTC; ``csrf`` is empty where sessions are listed."""

    id: str
    user: User
    csrf: str = field(default="", repr=False)
    label: str
    created: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class _Times:
    """Moments by the clock that nobody sets: a Pi without a battery wakes up in the past and is put right later."""

    seen: float
    created: float | None = None


class Sessions:
    """The sessions. Thread-safe; ``create``, ``end`` and ``end_all`` wait for the disk, the rest is quick.

    Only the SHA-256 of a secret is kept, and the CSRF token is made from the secret: whoever reads the file can neither
    sign in with it nor forge a form.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._times: dict[str, _Times] = {}
        ledger.folds.append(self._fold)

    def create(self, user: User, *, user_agent: str = "") -> tuple[str, Session]:
        """Sign a user in; returns the secret (shown to nobody else, kept nowhere) and the session.

        Raises AuthFailed if the user was removed or has got another password since ``user`` was looked up.
        """
        secret = secrets.token_urlsafe(32)
        now = self._clock.now()
        record = SessionRecord(
            id=secrets.token_hex(6),
            digest=digest_of(secret),
            user=user.key,
            label=device_of(user_agent),
            created=now,
            seen=now,
        )
        moment = self._clock.monotonic()
        self._times[record.id] = _Times(seen=moment, created=moment)

        def make(state: State) -> State:
            account = state.accounts.get(user.key)
            if account is None or account.user != user:
                raise AuthFailed("the user was changed meanwhile, so nobody was signed in", "sign in again")
            own = sorted((one for one in state.sessions.values() if one.user == user.key), key=self._seen)
            over = {one.digest for one in own[: max(0, len(own) + 1 - MOST)]}
            kept = {digest: one for digest, one in state.sessions.items() if digest not in over}
            return replace(state, sessions=MappingProxyType({**kept, record.digest: record}))

        try:
            self._ledger.change_at_once(make)
        except AuthFailed:
            self._times.pop(record.id, None)
            raise
        return secret, self._session(record, user, _csrf(secret))

    def find(self, secret: str) -> Session | None:
        """The session of this secret, if it is not over; counts as a visit."""
        if not 0 < len(secret) <= _LONGEST_SECRET:
            return None
        state = self._ledger.state
        record = state.sessions.get(digest_of(secret))
        if record is None or self._is_over(record):
            return None
        before = self._times.get(record.id)
        self._times[record.id] = _Times(seen=self._clock.monotonic(), created=before.created if before else None)
        return self._session(record, state.accounts[record.user].user, _csrf(secret))

    def end(self, id: str) -> bool:
        """End a session at once; False if there is none of this id."""
        return bool(self._end(lambda one: one.id == id))

    def end_all(self, name: str, *, keep: str = "") -> int:
        """End all sessions of a user but the one with the id ``keep``; returns how many."""
        return self._end(lambda one: one.user == name_key(name) and one.id != keep)

    def list(self, name: str = "") -> tuple[Session, ...]:
        """The sessions (of one user), the latest visit first."""
        state = self._ledger.state
        found = [
            self._session(one, state.accounts[one.user].user)
            for one in state.sessions.values()
            if not self._is_over(one) and (not name or one.user == name_key(name))
        ]
        return tuple(sorted(found, key=lambda one: one.seen, reverse=True))

    def _end(self, wanted: Callable[[SessionRecord], bool]) -> int:
        ended = 0

        def make(state: State) -> State:
            nonlocal ended
            left = {digest: one for digest, one in state.sessions.items() if not wanted(one)}
            ended = len(state.sessions) - len(left)
            return replace(state, sessions=MappingProxyType(left))

        if any(wanted(one) for one in self._ledger.state.sessions.values()):
            self._ledger.change_at_once(make)
        return ended

    def _session(self, record: SessionRecord, user: User, csrf: str = "") -> Session:
        return Session(
            id=record.id,
            user=user,
            csrf=csrf,
            label=record.label,
            created=self._created(record),
            seen=self._seen(record),
            expires=self._expires(record),
        )

    def _is_over(self, record: SessionRecord) -> bool:
        return self._clock.now() >= self._expires(record)

    def _expires(self, record: SessionRecord) -> datetime:
        return min(self._seen(record) + IDLE, self._created(record) + LIFETIME)

    def _seen(self, record: SessionRecord) -> datetime:
        times = self._times.get(record.id)
        return self._wall(times.seen) if times is not None else record.seen

    def _created(self, record: SessionRecord) -> datetime:
        times = self._times.get(record.id)
        return self._wall(times.created) if times is not None and times.created is not None else record.created

    def _wall(self, moment: float) -> datetime:
        return self._clock.now() - timedelta(seconds=self._clock.monotonic() - moment)

    def _fold(self, state: State) -> State:
        """What is written: the visits of this run, and nothing that is over."""
        kept = {
            digest: replace(one, created=self._created(one), seen=self._seen(one))
            for digest, one in state.sessions.items()
            if not self._is_over(one)
        }
        ids = {one.id for one in kept.values()}
        for id in [id for id in builtins.list(self._times) if id not in ids]:
            self._times.pop(id, None)
        return replace(state, sessions=MappingProxyType(kept))


def _csrf(secret: str) -> str:
    return hmac.new(secret.encode("utf-8", "surrogatepass"), b"artframe: forms", hashlib.sha256).hexdigest()
