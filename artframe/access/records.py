"""What is kept about those who may use the frame, and how does it stand in the file?"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from artframe.access.passwords import PasswordHash

VERSION = 1
SCOPES = ("read", "change", "full")

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody who may sign in. ``changed``: when the password was set. Datetimes are aware UTC."""

    name: str
    created: datetime
    changed: datetime
    stamp: str = field(repr=False)
    """Another one with each password: tells whether somebody who was let in a moment ago still may come in."""

    @property
    def key(self) -> str:
        return name_key(self.name)


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user, and what the password is checked against."""

    user: User
    password: PasswordHash = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
    """A session; ``digest`` is the SHA-256 of its secret, ``user`` the key of the account."""

    id: str
    digest: str = field(repr=False)
    user: str
    label: str
    created: datetime
    seen: datetime


@dataclass(frozen=True, kw_only=True)
class TokenRecord:
    """A key of a program; ``digest`` is the SHA-256 of its secret."""

    name: str
    digest: str = field(repr=False)
    scope: str
    created: datetime
    used: datetime | None


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class State:
    """All that is kept, as one value that never changes: accounts by key, sessions and tokens by digest."""

    accounts: Mapping[str, Account] = field(default_factory=_nothing)
    sessions: Mapping[str, SessionRecord] = field(default_factory=_nothing)
    tokens: Mapping[str, TokenRecord] = field(default_factory=_nothing)


def name_key(name: str) -> str:
    """The same for names that differ in capitals and in how they are encoded only."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def digest_of(secret: str) -> str:
    """What is kept of a session's or token's secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def as_json(state: State) -> dict[str, Any]:
    """What is written."""
    return {
        "version": VERSION,
        "users": [
            {
                "name": one.user.name,
                "created": one.user.created.isoformat(),
                "changed": one.user.changed.isoformat(),
                "stamp": one.user.stamp,
                "password": one.password.as_json(),
            }
            for one in state.accounts.values()
        ],
        "sessions": [
            {
                "id": one.id,
                "user": one.user,
                "label": one.label,
                "created": one.created.isoformat(),
                "seen": one.seen.isoformat(),
                "sha256": one.digest,
            }
            for one in state.sessions.values()
        ],
        "tokens": [
            {
                "name": one.name,
                "scope": one.scope,
                "created": one.created.isoformat(),
                "used": one.used.isoformat() if one.used is not None else None,
                "sha256": one.digest,
            }
            for one in state.tokens.values()
        ],
    }


def from_json(content: Any) -> State:
    """What was written. Raises ValueError, TypeError, KeyError or AttributeError for anything that does not hold."""
    accounts = _by(lambda one: one.user.key, (_account(row) for row in content["users"]))
    sessions = _by(lambda one: one.digest, (_session(row) for row in content["sessions"]))
    if any(one.user not in accounts for one in sessions.values()):
        raise ValueError("a session of nobody")
    return State(
        accounts=accounts, sessions=sessions, tokens=_by(lambda one: one.digest, map(_token, content["tokens"]))
    )


def _by(key: Callable[[R], str], rows: Iterable[R]) -> Mapping[str, R]:
    return MappingProxyType({key(row): row for row in rows})


def _account(row: dict[str, Any]) -> Account:
    user = User(
        name=_text(row["name"]),
        created=_moment(row["created"]),
        changed=_moment(row["changed"]),
        stamp=_text(row["stamp"]),
    )
    return Account(user=user, password=PasswordHash.from_json(row["password"]))


def _session(row: dict[str, Any]) -> SessionRecord:
    return SessionRecord(
        id=_text(row["id"]),
        digest=_digest(row["sha256"]),
        user=_text(row["user"]),
        label=_text(row["label"], empty=True),
        created=_moment(row["created"]),
        seen=_moment(row["seen"]),
    )


def _token(row: dict[str, Any]) -> TokenRecord:
    if row["scope"] not in SCOPES:
        raise ValueError("not a scope")
    return TokenRecord(
        name=_text(row["name"]),
        digest=_digest(row["sha256"]),
        scope=row["scope"],
        created=_moment(row["created"]),
        used=_moment(row["used"]) if row["used"] is not None else None,
    )


def _text(value: Any, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise ValueError("not a text")
    return value


def _digest(value: Any) -> str:
    if len(bytes.fromhex(_text(value))) != 32:
        raise ValueError("not a SHA-256")
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
