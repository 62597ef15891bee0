"""Who are the users of the frame, and is this somebody's password?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from artframe.access.ledger import HINT, Ledger
from artframe.access.passwords import LONGEST, SHORTEST, Hasher, length
from artframe.access.records import Account, SessionRecord, State, User, name_key
from artframe.core.clock import Clock
from artframe.core.near_names import meant
from artframe.errors import CommandError, NotReady, NotThere

LONGEST_NAME = 40
_MOST = 50


class Accounts:
    """The users. Thread-safe; what hashes or writes blocks."""

    def __init__(self, ledger: Ledger, clock: Clock, hasher: Hasher) -> None:
        self._ledger = ledger
        self._clock = clock
        self._hasher = hasher

    def any(self) -> bool:
        """Whether there is a user at all."""
        return bool(self._ledger.state.accounts)

    def list(self) -> tuple[User, ...]:
        """All users, by name."""
        return tuple(sorted((one.user for one in self._ledger.state.accounts.values()), key=lambda user: user.key))

    def get(self, name: str) -> User | None:
        """The user of this name, if there is one."""
        account = self._ledger.state.accounts.get(name_key(name))
        return account.user if account is not None else None

    def verify(self, name: str, password: str) -> User | None:
        """The user, if this is the password; a name that nobody has takes as long. Raises TooManyAttempts.

        Blocks for as long as a hash takes. Whether somebody may try now is the affair of ``Attempts``.
        """
        accounts = self._ledger.state.accounts
        account = accounts.get(name_key(name))
        # Somebody else's hash costs as much time as one's own; whether it fits is not looked at.
        kept = account or next(iter(accounts.values()), None)
        right = self._hasher.matches(password, kept.password if kept is not None else None)
        if account is None or not right or length(password) > LONGEST:
            return None
        if account.password.cost != self._hasher.cost:
            self._strengthen(account, password)
        return account.user

    def check(self, name: str, password: str) -> str:
        """The name as it is kept. Raises CommandError if it or the password cannot be one."""
        tidy = " ".join(name.split())
        if not 1 <= len(tidy) <= LONGEST_NAME or not tidy.isprintable():
            raise CommandError(
                "that cannot be the name of a user; nothing was changed",
                f"1 to {LONGEST_NAME} letters, digits or other visible characters",
            )
        count = length(password)
        if count < SHORTEST:
            raise CommandError(
                f"the password has {count} characters; nothing was changed", f"it needs {SHORTEST} at least"
            )
        if count > LONGEST:
            raise CommandError("the password is too long; nothing was changed", f"{LONGEST} characters at most")
        return tidy

    def add(self, name: str, password: str) -> User:
        """Make a user. Raises CommandError, and NotReady if it cannot be written down."""
        tidy = self.check(name, password)
        self._refuse_taken(self._ledger.state, tidy)
        account = self._account(tidy, password)

        def make(state: State) -> State:
            self._refuse_taken(state, tidy)
            return replace(state, accounts=_with(state.accounts, account))

        self._ledger.change(make)
        return account.user

    def set_password(self, name: str, password: str, *, keep: str = "") -> User:
        """Give a user another password; ends the user's sessions but the one with the id ``keep``.

        Raises CommandError, and NotReady if it cannot be written down.
        """
        user = self._known(self._ledger.state, name).user
        self.check(user.name, password)
        account = self._account(user.name, password, user.created)

        def make(state: State) -> State:
            self._known(state, name)
            return replace(
                state,
                accounts=_with(state.accounts, account),
                sessions=_without(state.sessions, lambda one: one.user == user.key and one.id != keep),
            )

        self._ledger.change(make)
        return account.user

    def put(self, name: str, password: str) -> User:
        """Make the user, or give the one of this name the password; see ``add`` and ``set_password``."""
        return self.set_password(name, password) if self.get(name) is not None else self.add(name, password)

    def remove(self, name: str) -> User:
        """Remove a user and end the user's sessions, at once.

        Raises CommandError for nobody, NotReady if it is in force but cannot be written down.
        """
        user = self._known(self._ledger.state, name).user

        def make(state: State) -> State:
            others = {key: one for key, one in state.accounts.items() if key != user.key}
            sessions = _without(state.sessions, lambda one: one.user == user.key)
            return replace(state, accounts=MappingProxyType(others), sessions=sessions)

        if not self._ledger.change_at_once(make):
            raise NotReady(
                f"{user.name} is removed, but that cannot be written down: {self._ledger.unwritten}; "
                "artframe goes on trying, and a restart before it succeeds would undo it",
                HINT,
            )
        return user

    def _account(self, name: str, password: str, created: datetime | None = None) -> Account:
        now = self._clock.now()
        user = User(name=name, created=created or now, changed=now, stamp=secrets.token_hex(8))
        return Account(user=user, password=self._hasher.make(password))

    def _strengthen(self, account: Account, password: str) -> None:
        stronger = replace(account, password=self._hasher.make(password))

        def make(state: State) -> State:
            if state.accounts.get(account.user.key) != account:
                return state  # another password meanwhile
            return replace(state, accounts=_with(state.accounts, stronger))

        self._ledger.change_at_once(make)

    def _known(self, state: State, name: str) -> Account:
        account = state.accounts.get(name_key(name))
        if account is None:
            names = [one.user.name for one in state.accounts.values()]
            raise NotThere(
                "there is no user of this name; nothing was changed",
                meant(name, names, "'artframe user list' lists them"),
            )
        return account

    def _refuse_taken(self, state: State, name: str) -> None:
        if name_key(name) in state.accounts:
            raise CommandError(
                "there is a user of this name already; nothing was changed",
                "'artframe user password' gives a user another password",
            )
        if len(state.accounts) >= _MOST:
            raise CommandError(f"there are {_MOST} users already; nothing was changed", "remove one first")


def _with(accounts: Mapping[str, Account], account: Account) -> Mapping[str, Account]:
    return MappingProxyType({**accounts, account.user.key: account})


def _without(
    sessions: Mapping[str, SessionRecord], gone: Callable[[SessionRecord], bool]
) -> Mapping[str, SessionRecord]:
    return MappingProxyType({digest: one for digest, one in sessions.items() if not gone(one)})
