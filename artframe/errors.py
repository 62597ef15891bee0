"""Who must act when something fails: the world, a person, the caller, or (anything else) a programmer."""

from __future__ import annotations

from typing import Any

from artframe.core.sentence import Text, sentence_of


class ArtframeError(Exception):
    """An error with a text for people.

    ``message`` says what happened and what artframe does about it, ``hint`` what the person can do. Neither ever holds
    a secret. ``said`` and ``advice`` are the same as sentences, which faces may say in another language.
    """

    def __init__(self, message: Text, hint: Text = "") -> None:
        self.said, self.advice = sentence_of(message), sentence_of(hint)
        super().__init__(self.said.english)
        self.message, self.hint = self.said.english, self.advice.english

    @property
    def details(self) -> dict[str, Any]:
        """What programs may want to know besides, as JSON; no secrets."""
        return {}

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class NotReady(ArtframeError):
    """The world is not as it should be (server away, disk full): artframe tries again by itself.

    ``retry_after`` is the pause in seconds that the other side asked for, or None.
    """

    def __init__(self, message: Text, hint: Text = "", *, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class AuthFailed(ArtframeError):
    """A key or password is refused: only a person can mend that, so artframe waits for one."""


class ConfigError(ArtframeError):
    """A setting is wrong: only a person can mend that, so artframe waits for a change of the settings."""


class CommandError(ArtframeError):
    """The caller of a command asked for something that cannot be done. ``exit_code`` is what a shell sees."""

    def __init__(self, message: Text, hint: Text = "", *, exit_code: int = 1) -> None:
        super().__init__(message, hint)
        self.exit_code = exit_code


class NotThere(CommandError):
    """The caller named what is not there: a file, photo, user, plugin, job, secret, kept version (EX_NOINPUT)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, exit_code=66)


class Cancelled(ArtframeError):
    """The work was stopped on purpose (frame stopping, job cancelled); nothing is wrong."""

    def __init__(self, message: str = "stopped on request") -> None:
        super().__init__(message)
