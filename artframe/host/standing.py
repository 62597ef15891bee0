"""In which state is a plugin, and who is told when that changes?"""

from __future__ import annotations

import logging
from datetime import datetime

from artframe.core.events import EventBus
from artframe.host.calls import PluginLog
from artframe.host.problems import Problems, Severity
from artframe.host.states import PluginStateChanged, State

STATE_PROBLEM = "state"


class Standing:
    """The state of one plugin, why it is in it, and the only way from one to the next. Lives on the loop."""

    def __init__(self, instance: str, *, problems: Problems, events: EventBus) -> None:
        self.state = State.STOPPED
        self.reason = ""
        self.hint = ""
        self.next_try: datetime | None = None
        self._instance = instance
        self._problems = problems
        self._events = events
        self._told = ""

    def enter(
        self,
        state: State,
        reason: str = "",
        hint: str = "",
        *,
        kind: str,
        log: PluginLog,
        next_try: datetime | None = None,
    ) -> None:
        """Be in a state, and say so: as an event, in the log if it is news, and as a problem if it is trouble."""
        old, is_same = self.state, (self.state, self.reason) == (state, reason)
        self.state, self.reason, self.hint, self.next_try = state, reason, hint, next_try
        if is_same:
            return
        if state.is_trouble:
            severity = Severity.WARNING if state is State.RETRYING else Severity.ERROR
            self._problems.problem(self._instance, STATE_PROBLEM, reason, hint, severity)
        elif state in (State.RUNNING, State.DISABLED):
            self._problems.clear(self._instance, STATE_PROBLEM)
        self._log(state, reason, log)
        self._events.publish(
            PluginStateChanged(
                instance=self._instance,
                kind=kind,
                old=old,
                new=state,
                reason=reason,
                hint=hint,
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
