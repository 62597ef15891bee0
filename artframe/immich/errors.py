"""What can go wrong with an Immich server, and who has to act?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from artframe.immich.words import said

ADD_PERMISSION = said(
    "connection.add_permission", "add it in Immich (Account settings, API keys), or create a new key with it"
)


class ImmichError(Exception):
    """An error with a text for people: ``message`` says what happened, ``hint`` what one can do. Never holds a key.

    ``retryable``: the world may mend it by itself; trying again later makes sense.
    ``needs_person``: only a person can mend it (address, key, permission, certificate).
    Neither: the caller asked for something that is not there or not allowed.
    """

    retryable: ClassVar[bool] = False
    needs_person: ClassVar[bool] = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Unreachable(ImmichError):
    """No answer: unknown name, connection refused, time-out, or a connection that broke before the answer."""

    retryable = True


class NoAnswerInTime(Unreachable):
    """The server took the request and said nothing for the whole read time-out."""


class StalledBody(ImmichError):
    """The server began to answer and then sent (almost) nothing for the stall time-out."""

    retryable = True


class CutBody(ImmichError):
    """The connection ended before the announced number of bytes had arrived."""

    retryable = True


class ServerError(ImmichError):
    """The server, or a proxy before it, answered 5xx. ``retry_after``: the pause in seconds it asked for, or None."""

    retryable = True

    def __init__(self, message: str, hint: str = "", *, status: int, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.status = status
        self.retry_after = retry_after


class RateLimited(ImmichError):
    """The server, or a proxy before it, asks for fewer requests (429). ``retry_after``: seconds, or None."""

    retryable = True

    def __init__(self, message: str, hint: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class IncompleteListing(ImmichError):
    """Photos that the server counts could not all be listed: nothing may be taken for missing.

    ``seen`` photos were listed, ``expected`` were counted by the server in the time buckets that stayed short.
    """

    retryable = True

    def __init__(self, message: str, hint: str = "", *, seen: int, expected: int) -> None:
        super().__init__(message, hint)
        self.seen = seen
        self.expected = expected


class InvalidAddress(ImmichError, ValueError):
    """The address cannot be an Immich server's."""

    needs_person = True


class TlsError(ImmichError):
    """No trusted encrypted connection: certificate not trusted, wrong name, expired, or http and https mixed up."""

    needs_person = True


class NotImmich(ImmichError):
    """Something answered, but not Immich: a web page, a proxy's login, another program, a wrong path."""

    needs_person = True


class Redirected(NotImmich):
    """The server sends us elsewhere and we do not follow: the key goes to no other host. ``target``: where to."""

    def __init__(self, message: str, hint: str = "", *, target: str) -> None:
        super().__init__(message, hint)
        self.target = target


class MalformedAnswer(ImmichError):
    """JSON arrived, but not what this part of the API promises."""

    retryable = True


class Unauthorized(ImmichError):
    """The key, session or password is refused (401)."""

    needs_person = True


class AccessRefused(ImmichError):
    """The server knows us and refuses (403), without naming a permission: an administrator's route, for example."""

    needs_person = True


class MissingPermission(AccessRefused):
    """The API key lacks ``permission`` (403)."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            said("connection.lacks", "the API key lacks the permission {permission}", permission=permission),
            ADD_PERMISSION,
        )
        self.permission = permission


class ElevatedPermissionRequired(ImmichError):
    """Locked photos need a session unlocked by PIN; no API key reaches them (401). The key itself is all right."""


class NotFound(ImmichError):
    """The server has no such thing (404)."""


class NoAccess(NotFound):
    """The object does not exist or is not for us (400 "Not found or no … access"): Immich does not say which."""


class RenditionMissing(NotFound):
    """The rendition (preview, thumbnail) is not there: not made yet, or the file cannot be decoded (404)."""


class BadRequest(ImmichError):
    """The server refuses the request's content (400). ``details``: its complaints, one by one."""

    def __init__(self, message: str, hint: str = "", *, details: Sequence[str] = ()) -> None:
        super().__init__(message, hint)
        self.details = tuple(details)


class QuotaExceeded(BadRequest):
    """The user's storage quota on the server is used up."""

    needs_person = True


class TooLarge(ImmichError):
    """A proxy before the server refuses a body of this size (413)."""

    needs_person = True


class SourceChanged(ImmichError):
    """What is being uploaded is shorter than announced: it changed or broke while it was read."""


class UploadDamaged(ImmichError):
    """The server does not know the content it just took: what it stored differs from what was read here.

    ``asset_id``: what the server stored, ``sha1``: hex digest of what was read.
    """

    retryable = True

    def __init__(self, message: str, hint: str = "", *, asset_id: str, sha1: str) -> None:
        super().__init__(message, hint)
        self.asset_id = asset_id
        self.sha1 = sha1


class DuplicateVanished(ImmichError):
    """The server called the upload a duplicate of an asset that was being deleted for good: nothing is stored."""

    retryable = True
