"""Which status and which JSON does an error become? By who must act, as exit codes are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artframe.access.limits import TooManyAttempts
from artframe.config.problem import ConflictError
from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, ConfigError, NotReady, NotThere
from artframe.interfaces.exits import as_json
from artframe.interfaces.runner import CommandBug, ConfirmationNeeded, NotPermitted

USAGE = 64


class Refused(CommandError):
    """The web server itself says no: ``status`` is HTTP's, ``headers`` go with the answer."""

    def __init__(self, status: int, message: str, hint: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, hint, exit_code=USAGE)
        self.status = status
        self.headers = dict(headers or {})


_STATUS: tuple[tuple[type[ArtframeError], int], ...] = (
    (ConfirmationNeeded, 409),
    (CommandBug, 500),
    (NotPermitted, 403),
    (TooManyAttempts, 429),
    (ConflictError, 409),
    (NotThere, 404),
    (ConfigError, 422),
    (Cancelled, 409),
    (NotReady, 503),
    (AuthFailed, 422),
)
"""The first that fits. A key that another server refuses is not the visitor's own: no 401."""


def status_of(error: ArtframeError) -> int:
    """The HTTP status of an error: 400 for what makes no command, 422 for what cannot be done as asked."""
    if isinstance(error, Refused):
        return error.status
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return 400 if isinstance(error, CommandError) and error.exit_code == USAGE else 422


def headers_of(error: ArtframeError) -> dict[str, str]:
    """The headers that go with an error: when to try again, for one."""
    if isinstance(error, Refused):
        return dict(error.headers)
    if isinstance(error, NotReady) and error.retry_after is not None:
        return {"Retry-After": str(max(1, round(error.retry_after)))}
    return {}


def error_json(error: ArtframeError) -> dict[str, Any]:
    """The error as the API tells it, with its details: ``problems`` says where in a configuration file it is."""
    told = as_json(error)
    if isinstance(error, ConfirmationNeeded):
        told["hint"] = 'send "yes": true with the arguments to do it'
    return {"error": told}
