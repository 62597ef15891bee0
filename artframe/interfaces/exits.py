"""Which exit code and which lines does an error become? The codes are those of sysexits.h, by who must act."""

from __future__ import annotations

from typing import Any

from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, ConfigError, NotReady

NOT_RUNNING = 69
"""No frame answers (EX_UNAVAILABLE)."""

_CODES: tuple[tuple[type[ArtframeError], int], ...] = (
    (NotReady, 75),
    (AuthFailed, 77),
    (ConfigError, 78),
    (Cancelled, 130),
)


def exit_code(error: ArtframeError) -> int:
    """What a shell sees: 75 try again later, 77 a key is refused, 78 a setting is wrong, 130 cancelled, 1 otherwise.

    A full disk is 75, whatever did not fit on it: no setting is wrong, and the same works once there is room.
    A CommandError brings its own: 64 the words make no command or are not confirmed, 66 what is named is not there or
    a file that was given cannot be read, 69 no frame runs, 73 a file cannot be written where the person is.
    """
    if isinstance(error, CommandError):
        return error.exit_code
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def as_json(error: ArtframeError) -> dict[str, Any]:
    """The error as every face of the frame hands it on; ``kind`` is the name of its class."""
    return {
        **error.details,
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "exit_code": exit_code(error),
    }
