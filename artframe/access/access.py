"""How does somebody come in, and what does the frame remember of it?"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from artframe.access.accounts import Accounts
from artframe.access.attempts import Attempts
from artframe.access.ledger import HINT, AccessChanged, Ledger
from artframe.access.pairing import Pairing
from artframe.access.passwords import COST, Cost, Hasher
from artframe.access.records import User, from_json
from artframe.access.sessions import Session, Sessions
from artframe.access.tokens import Tokens
from artframe.core.clock import Clock
from artframe.core.events import EventBus
from artframe.core.ip import one_spelling
from artframe.core.sentence import Sentence, said, sentence_of
from artframe.errors import AuthFailed

log = logging.getLogger(__name__)

FILE = "access.json"
_VISITS_SECONDS = 3600.0
"""So rarely visits alone are written: an SD card wears out."""
_RETRY_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong with knowing who may use the frame, for people."""

    said: Sentence
    advice: Sentence

    @property
    def message(self) -> str:
        return self.said.english

    @property
    def hint(self) -> str:
        return self.advice.english


class Access:
    """Users, sessions, tokens and pairing of one frame, kept in ``folder/access.json``.

    Opening it blocks. ``events`` hears AccessChanged; ``cost`` is what a password's hash costs.
    """

    def __init__(self, folder: Path, clock: Clock, events: EventBus | None = None, *, cost: Cost = COST) -> None:
        self._clock = clock
        self._events = events
        self._ledger = Ledger(folder / FILE, self._changed)
        self.accounts = Accounts(self._ledger, clock, Hasher(cost))
        self.sessions = Sessions(self._ledger, clock)
        self.tokens = Tokens(self._ledger, clock)
        self.attempts = Attempts(clock)
        self.pairing = Pairing(clock, nobody=self._nobody, changed=self._changed)
        self._keeping = threading.Lock()
        self._kept = self._tried = clock.monotonic()

    def sign_in(self, name: str, password: str, *, address: str, user_agent: str = "") -> tuple[str, Session]:
        """Let somebody in who knows the password; returns the session's secret and the session. Blocks.

        Raises AuthFailed, which does not say whether the name or the password is wrong, and TooManyAttempts.
        """
        user = self._proven(name, password, address)
        if user is None:
            # Not the name that was typed: people type their password there, too.
            log.warning("a wrong name or password came from %s", one_spelling(address))
            raise AuthFailed(
                "the name or the password is not right; nobody was signed in",
                "'artframe pair' on the frame shows a code with which a new password is set",
            )
        return self._welcome(self.sessions.create(user, user_agent=user_agent), address)

    def change_password(self, name: str, present: str, password: str, *, address: str, keep: str = "") -> User:
        """Give a user who knows the present password another one; ends all sessions but the one ``keep`` names. Blocks.

        Raises AuthFailed for a wrong one, TooManyAttempts, CommandError for a new one that does not do, NotReady.
        """
        self.accounts.check(name, password)
        if self._proven(name, present, address) is None:
            raise AuthFailed("that is not the present password; nothing was changed")
        return self.accounts.set_password(name, password, keep=keep)

    def pair(self, code: str, name: str, password: str, *, address: str, user_agent: str = "") -> tuple[str, Session]:
        """Let somebody in who has the pairing code, and keep the password from now on. Blocks.

        Uses the code up, unless something else was wrong. Raises AuthFailed for a wrong code, TooManyAttempts,
        CommandError for a name or password that does not do, NotReady if it cannot be written down.
        """
        self.accounts.check(name, password)
        with self.pairing.redeeming(code, address=address) as right:
            if not right:
                log.warning("a wrong pairing code came from %s", one_spelling(address))
                raise AuthFailed(
                    "this is not the pairing code, or it is good no more; nothing was changed",
                    "the frame's screen shows the code while nobody is paired; 'artframe pair' makes a new one",
                )
            user = self.accounts.put(name, password)
        return self._welcome(self.sessions.create(user, user_agent=user_agent), address)

    def adopt(self, content: bytes) -> None:
        """Go by another ``access.json`` (a backup's) from now on: its users, tokens and sessions. Blocks.

        Raises NotReady with nothing changed, ValueError and the like for what is no such file.
        """
        self._ledger.look_again()
        state = from_json(json.loads(content))
        self._ledger.change(lambda _: state)

    @property
    def trouble(self) -> Trouble | None:
        """What a person should know, if anything."""
        ledger = self._ledger
        if ledger.unreadable:
            return Trouble(
                said=said(
                    "access.unreadable",
                    "{trouble}; nobody can sign in to the web page, and artframe looks again by itself",
                    trouble=ledger.unreadable,
                ),
                advice=said(
                    "access.let_read",
                    "see that artframe may read state/{file}, or put back the artframe that wrote it",
                    file=FILE,
                ),
            )
        if ledger.set_aside:
            return Trouble(
                said=said(
                    "access.damaged",
                    "the list of users was damaged and is set aside as state/{file}.damaged; nobody can sign in",
                    file=FILE,
                ),
                advice=said(
                    "access.pair_again",
                    "'artframe pair' shows a code: open the web page with it and set a password anew",
                ),
            )
        if ledger.unwritten:
            return Trouble(
                said=said(
                    "access.unwritten",
                    "who signed in or out cannot be written down: {trouble}; artframe goes on trying, and a restart"
                    " before it succeeds forgets it",
                    trouble=ledger.unwritten,
                ),
                advice=sentence_of(HINT),
            )
        return None

    def keep_up(self) -> None:
        """Write what is in the memory only, if it is time to. Blocks; call it about once a minute."""
        with self._keeping:
            now = self._clock.monotonic()
            if now - self._tried >= _RETRY_SECONDS and (self._ledger.unreadable or self._ledger.unwritten):
                self._tried = now
                self._ledger.look_again()
                if self._ledger.unwritten and self._ledger.save():
                    self._changed()
            if now - self._kept >= _VISITS_SECONDS:
                self._kept = now
                self._save_visits()

    def close(self) -> None:
        """The frame stops: write the latest visits. Blocks."""
        self._save_visits()

    def _proven(self, name: str, password: str, address: str) -> User | None:
        """The user, if this is the password; a wrong one counts, one that was not looked at does not."""
        self.attempts.begin(address=address, name=name)
        try:
            user = self.accounts.verify(name, password)
        except BaseException:
            self.attempts.withdrawn(address=address, name=name)
            raise
        if user is not None:
            self.attempts.passed(address=address, name=name)
        return user

    def _save_visits(self) -> None:
        if self._ledger.state != self._ledger.folded():
            self._ledger.save()

    def _welcome(self, entered: tuple[str, Session], address: str) -> tuple[str, Session]:
        _, session = entered
        device = f" ({session.label})" if session.label else ""
        log.info("%s signed in from %s%s", session.user.name, one_spelling(address), device)
        return entered

    def _nobody(self) -> bool:
        return not self._ledger.unreadable and not self._ledger.state.accounts

    def _changed(self) -> None:
        if self._events is not None:
            self._events.publish(AccessChanged())
