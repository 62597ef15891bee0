"""In which states can a configured plugin be, and what does each mean for people?"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class State(enum.Enum):
    """The state of one configured plugin. The value is what JSON says, ``text`` what people read."""

    DISABLED = ("disabled", "switched off in its settings")
    STOPPED = ("stopped", "not started")
    STARTING = ("starting", "starting")
    RUNNING = ("running", "running")
    RETRYING = ("retrying", "waits for the world outside; tried again by itself")
    NEEDS_ATTENTION = ("needs_attention", "waits for you")
    FAILED = ("failed", "parked because of a bug in it")
    STOPPING = ("stopping", "stopping")
    STUCK = ("stuck", "did not come back; everything else goes on without it")

    text: str

    def __new__(cls, code: str, text: str) -> State:
        member = object.__new__(cls)
        member._value_ = code
        member.text = text
        return member

    @property
    def is_running(self) -> bool:
        """Its jobs, commands and listeners are there."""
        return self is State.RUNNING

    @property
    def is_trouble(self) -> bool:
        """Something is wrong with it."""
        return self in (State.RETRYING, State.NEEDS_ATTENTION, State.FAILED, State.STUCK)

    @property
    def needs_person(self) -> bool:
        """Nothing changes until a person does something."""
        return self in (State.NEEDS_ATTENTION, State.FAILED)

    @property
    def retryable(self) -> bool:
        """``plugin retry`` starts it."""
        return self.is_trouble


@dataclass(frozen=True, kw_only=True)
class PluginStateChanged:
    """Event: a configured plugin is in another state. ``next_try`` (aware UTC) is known while RETRYING."""

    instance: str
    kind: str
    old: State
    new: State
    reason: str = ""
    hint: str = ""
    next_try: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PluginRemoved:
    """Event: the plugin's file is gone, and everything of the plugin but its data folder."""

    instance: str
    kind: str
