"""Who may use the frame? Its users, what they are signed in with, the keys of programs, and the code that lets one in.

What the faces build on (``access = Access(home / "state", clock)``). **blocks** means: it hashes a password or waits
for the disk, so call it in a worker. Everything else is quick and touches no disk: call it where you are.

Signing in and pairing, each in one step that cannot be got wrong:
    access.sign_in(name, password, *, address, user_agent="") -> (secret, Session)     blocks
        AuthFailed: wrong (never says whether the name or the password is) · TooManyAttempts: not even looked at
    access.pair(code, name, password, *, address, user_agent="") -> (secret, Session)  blocks
        Uses the code up; makes the user, or gives the one of this name the new password (and ends its other sessions).
        AuthFailed: not the code, or pairing is shut · TooManyAttempts · CommandError: the name or the password does
        not do (then the code is still good) · NotReady: it cannot be kept on the disk, nobody was let in
    access.change_password(name, present, password, *, address, keep="") -> User       blocks
        AuthFailed: not the present one · TooManyAttempts · CommandError: the new one does not do · NotReady

accounts: users, by names that are the same in capital and small letters
    any() -> bool; list() -> tuple[User, ...]; get(name) -> User | None
    verify(name, password) -> User | None              blocks; TooManyAttempts when too many ask at once
    add(name, password) -> User                        blocks; CommandError, NotReady
    set_password(name, password, *, keep="") -> User   blocks; ends the user's sessions but the one with the id ``keep``
    remove(name) -> User                               blocks; ends all of the user's sessions
    check(name, password)                              CommandError if they do not do; for a form's first step
    User(name, created, changed)                       changed: when the password was set; datetimes are aware UTC

sessions: who is signed in; 30 days after the last visit, 180 after the first, it is over
    create(user, *, user_agent="") -> (secret, Session)    blocks; AuthFailed if the user is gone or changed meanwhile
    find(secret) -> Session | None                         counts as a visit
    end(id) -> bool                                        blocks; ended at once, whatever the disk does
    end_all(name, *, keep="") -> int                       blocks
    list(name="") -> tuple[Session, ...]                   the newest visit first
    Session(id, user, csrf, label, created, seen, expires)   ``user`` is the User; ``csrf`` goes into forms; ``label``
                                                           is the device ("Safari on iPhone"); ``csrf`` is "" in a list

tokens: for programs; ``aft_...`` in ``Authorization: Bearer``
    find(secret) -> Token | None                       counts as a use
    create(name, scope) -> (secret, Token)             blocks; remove(name) -> Token   blocks; list()
    Token(name, scope, created, used)                  ``scope``: "read", "change" or "full", as runner.Scope's values

pairing: a code of six digits, on the frame's card or from ``artframe pair``
    is_open -> bool; code -> str ("" when shut); expires_at -> datetime | None    always open while nobody is a user
    open() -> Opened(code, expires_at); shut()
    check(code, *, address) -> bool                    is it right? Does not use it up; a wrong one counts
    redeem(code, *, address) -> bool                   uses it up; at most one caller ever gets True for a code
        both: TooManyAttempts(retry_after=seconds), even for the right code, while it is locked after wrong ones

attempts: the wrong passwords of late; ``sign_in`` does this by itself
    begin(*, address, name) -> None                    before looking at the password: TooManyAttempts, or counts
                                                       a wrong try in advance, so that many at once do not slip by
    passed(*, address, name) -> None                   it was the right one
    withdrawn(*, address, name) -> None                it was not looked at after all

TooManyAttempts is a NotReady with ``retry_after`` (whole seconds): 429 and Retry-After.
AccessChanged is published on the event bus when users, sessions, tokens or the code are other ones: whoever holds a
stream open for a session asks ``sessions.find`` again.
"""

from __future__ import annotations

from artframe.access.access import Access, Trouble
from artframe.access.ledger import AccessChanged
from artframe.access.limits import TooManyAttempts
from artframe.access.pairing import Opened
from artframe.access.records import User
from artframe.access.sessions import Session
from artframe.access.tokens import Token

__all__ = ["Access", "AccessChanged", "Opened", "Session", "Token", "TooManyAttempts", "Trouble", "User"]
