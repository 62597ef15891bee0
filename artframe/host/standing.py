"""In which state is a plugin, and who is told when that changes?"""

from __future__ import annotations

import logging
from datetime import datetime

from artframe.core.events import EventBus
from artframe.core.sentence import NOTHING, Text, sentence_of
from artframe.host.calls import PluginLog
from artframe.host.problems import Problems, Severity
from artframe.host.states import PluginStateChanged, State

STATE_PROBLEM = "state"


class Standing:
    """The state of one plugin, why it is in it, and the only way from one to the next. Lives on the loop."""

    def __init__(self, instance: str, *, problems: Problems, events: EventBus) -> None:
        self.state = State.STOPPED
        self.said = self.advice = NOTHING
        self.next_try: datetime | None = None
        self._instance = instance
        self._problems = problems
        self._events = events
        self._told = ""

    @property
    def reason(self) -> str:
        """Why it is in that state; empty where nothing is wrong."""
        return self.said.english

    @property
    def hint(self) -> str:
        """What helps, if anything does."""
        return self.advice.english

    def enter(
        self,
        state: State,
        reason: Text = "",
        hint: Text = "",
        *,
        kind: str,
        log: PluginLog,
        next_try: datetime | None = None,
    ) -> None:
        """Be in a state, and say so: as an event, in the log if it is news, and as a problem if it is trouble."""
        told, advice = sentence_of(reason), sentence_of(hint)
        old, is_same = self.state, (self.state, self.reason) == (state, told.english)
        self.state, self.said, self.advice, self.next_try = state, told, advice, next_try
        if is_same:
            return
        if state.is_trouble:
            severity = Severity.WARNING if state is State.RETRYING else Severity.ERROR
            self._problems.problem(self._instance, STATE_PROBLEM, told, advice, severity)
        elif state in (State.RUNNING, State.DISABLED):
            self._problems.clear(self._instance, STATE_PROBLEM)
        self._log(state, told.english, log)
        self._events.publish(
            PluginStateChanged(
                instance=self._instance,
                kind=kind,
                old=old,
                new=state,
                reason=told.english,
                hint=advice.english,
                next_try=next_try,
            )
        )

    def _log(self, state: State, reason: str, log: PluginLog) -> None:
        """Log the way into trouble and the way out, not every try in between."""
        news = f"{state.value}: {reason}"
        if state.is_trouble:
            log.log(logging.WARNING if news != self._told else logging.DEBUG, "%s: %s", state.text, reason)
            self._told = news
        elif state is State.RUNNING:
            log.info("running again" if self._told else "running")
            self._told = ""
        else:
            log.debug("%s", state.text)
