"""How are accounts, sessions and API keys made?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from artframe.immich.simulator import moments
from artframe.immich.simulator.site import new_id
from artframe.immich.simulator.store import Database, Row

COLOURS = ("primary", "pink", "red", "yellow", "blue", "green", "purple", "orange", "gray", "amber")
ROUNDS = 2000  # a stand-in's passwords guard nothing; logging in shall be quick


def secret_hash(secret: str) -> str:
    """What is kept of a key or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _password_hash(password: str, salt: bytes) -> str:
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return f"{salt.hex()}:{derived.hex()}"


def password_matches(row: Row, password: str) -> bool:
    """Whether this is the account's password."""
    salt = bytes.fromhex(row["password"].partition(":")[0])
    return hmac.compare_digest(row["password"], _password_hash(password, salt))


def create_user(
    database: Database, name: str, email: str, password: str, *, admin: bool, quota: int | None = None
) -> str:
    """A new account's id; mail addresses are unique and lower case."""
    user_id, moment = new_id(), moments.now()
    colour = COLOURS[sum(email.encode()) % len(COLOURS)]
    database.execute(
        """INSERT INTO user (id, name, email, password, admin, avatar, created, updated, quota)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            user_id,
            name,
            email.lower(),
            _password_hash(password, secrets.token_bytes(8)),
            admin,
            colour,
            moment,
            moment,
            quota,
        ),
    )
    return user_id


def create_session(database: Database, user_id: str) -> str:
    """A new session's token."""
    token = secrets.token_urlsafe(32)
    sql = "INSERT INTO session (id, user_id, secret, created) VALUES (?, ?, ?, ?)"
    database.execute(sql, (new_id(), user_id, secret_hash(token), moments.now()))
    return token


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """An API key at the only moment when its secret is known."""

    id: str
    secret: str


def create_key(database: Database, user_id: str, name: str, permissions: Iterable[str]) -> NewKey:
    """A new API key."""
    key_id, moment = new_id(), moments.now()
    secret = base64.b64encode(secrets.token_bytes(32)).decode().translate(str.maketrans("+/=", "xyz"))[:43]
    sql = "INSERT INTO api_key (id, user_id, secret, name, permissions, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)"
    database.execute(sql, (key_id, user_id, secret_hash(secret), name, json.dumps(list(permissions)), moment, moment))
    return NewKey(id=key_id, secret=secret)
