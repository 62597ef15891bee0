"""Which programs may use the frame, and how much may each of them do?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from artframe.access.ledger import HINT, Ledger
from artframe.access.records import SCOPES, State, TokenRecord, digest_of, name_key
from artframe.core.clock import Clock
from artframe.errors import CommandError, NotReady, NotThere

PREFIX = "aft_"
_LONGEST_NAME = 40
_MOST = 100
_LONGEST_SECRET = 200


@dataclass(frozen=True, kw_only=True)
class Token:
    """A program's key. ``scope``: read, change or full. Datetimes are aware UTC; ``used`` None: never."""

    name: str
    scope: str
    created: datetime
    used: datetime | None


class Tokens:
    """The API tokens. Thread-safe; ``create`` and ``remove`` wait for the disk, the rest is quick."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._used: dict[str, datetime] = {}
        ledger.folds.append(self._fold)

    def create(self, name: str, scope: str = "read") -> tuple[str, Token]:
        """Make a token; the secret is kept nowhere. Raises CommandError, and NotReady if it cannot be written down."""
        tidy = " ".join(name.split())
        if not 1 <= len(tidy) <= _LONGEST_NAME or not tidy.isprintable():
            raise CommandError(
                "that cannot be the name of a token; nothing was changed",
                f"1 to {_LONGEST_NAME} letters, digits or other visible characters",
            )
        if scope not in SCOPES:
            raise CommandError("there is no such scope; nothing was changed", f"one of: {', '.join(SCOPES)}")
        secret = PREFIX + secrets.token_urlsafe(32)
        record = TokenRecord(name=tidy, digest=digest_of(secret), scope=scope, created=self._clock.now(), used=None)

        def make(state: State) -> State:
            if any(name_key(one.name) == name_key(tidy) for one in state.tokens.values()):
                raise CommandError("there is a token of this name already; nothing was changed", "choose another name")
            if len(state.tokens) >= _MOST:
                raise CommandError(f"there are {_MOST} tokens already; nothing was changed", "remove one first")
            return replace(state, tokens=MappingProxyType({**state.tokens, record.digest: record}))

        self._ledger.change(make)
        return secret, self._token(record)

    def find(self, secret: str) -> Token | None:
        """The token of this secret; counts as a use."""
        if not secret.startswith(PREFIX) or len(secret) > _LONGEST_SECRET:
            return None
        record = self._ledger.state.tokens.get(digest_of(secret))
        if record is None:
            return None
        self._used[record.digest] = self._clock.now()
        return self._token(record)

    def remove(self, name: str) -> Token:
        """End a token at once.

        Raises CommandError if there is none of this name, NotReady if it is in force but cannot be written down.
        """
        found = next((one for one in self._ledger.state.tokens.values() if name_key(one.name) == name_key(name)), None)
        if found is None:
            raise NotThere("there is no token of this name", "'artframe token list' lists them")

        def make(state: State) -> State:
            left = {digest: one for digest, one in state.tokens.items() if digest != found.digest}
            return replace(state, tokens=MappingProxyType(left))

        token = self._token(found)
        written = self._ledger.change_at_once(make)
        self._used.pop(found.digest, None)
        if not written:
            raise NotReady(
                f"the token {token.name} is removed, but that cannot be written down: {self._ledger.unwritten}; "
                "artframe goes on trying, and a restart before it succeeds would undo it",
                HINT,
            )
        return token

    def list(self) -> tuple[Token, ...]:
        """All tokens, by name."""
        return tuple(sorted(map(self._token, self._ledger.state.tokens.values()), key=lambda one: name_key(one.name)))

    def _token(self, record: TokenRecord) -> Token:
        used = self._used.get(record.digest, record.used)
        return Token(name=record.name, scope=record.scope, created=record.created, used=used)

    def _fold(self, state: State) -> State:
        tokens = {digest: replace(one, used=self._used.get(digest, one.used)) for digest, one in state.tokens.items()}
        return replace(state, tokens=MappingProxyType(tokens))
