"""What does a refusing HTTP answer mean, in both generations' error bodies and from proxies in between?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from artframe.immich import errors
from artframe.immich.errors import ImmichError
from artframe.immich.words import said

CHECK_ADDRESS = said(
    "connection.check_address",
    "check the address in the settings: it is what the browser shows up to the host, such as https://host",
)
_PERMISSION = re.compile(r"Missing required permission: (\S+)")
_NO_ACCESS = re.compile(r"Not found or no \S+ access|^Album not found$")
_HTTPS_WANTED = re.compile(rb"plain HTTP request|HTTP request to an? HTTPS", re.IGNORECASE)
_LOGIN = re.compile(rb"type=[\"']?password|<title>[^<]*(?:sign[ -]?in|log[ -]?in|authenti)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refusing answer as it came from the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request: str
    """Method and path, for the text: ``GET /albums``."""

    @property
    def is_page(self) -> bool:
        """Whether this is a web page, not an answer of an API."""
        return looks_like_page(self.headers.get("Content-Type", ""), self.body)


def looks_like_page(content_type: str, body: bytes) -> bool:
    """Whether a body is HTML, whatever the content type claims."""
    return "html" in content_type.lower() or body[:200].lstrip().lower().startswith((b"<!doctype", b"<html"))


def page_instead(body: bytes, request: str) -> errors.NotImmich:
    """The error for a web page where the API should answer."""
    if _LOGIN.search(body[:20_000]):
        return proxy_login(request)
    return errors.NotImmich(
        said("connection.web_page", "a web page answered {request}, not Immich's API", request=request), CHECK_ADDRESS
    )


def proxy_login(request: str) -> errors.NotImmich:
    """The error for a login that is not Immich's own."""
    return errors.NotImmich(
        said(
            "connection.proxy_login",
            "a login answered {request}: a proxy stands before Immich and lets only browsers in",
            request=request,
        ),
        said(
            "connection.let_api_pass",
            "let the path /api pass the proxy without its own login, or use Immich's address inside your network",
        ),
    )


def explain(refusal: Refusal) -> ImmichError:
    """The typed error for an answer with a status of 400 and above (or a redirect that cannot be used)."""
    status, request = refusal.status, refusal.request
    texts = messages(refusal.body)
    reply = "; ".join(texts) or f"status {status}"
    pause = retry_after(refusal.headers.get("Retry-After"))
    if status == 429:
        return errors.RateLimited(
            said("connection.too_many", "the server asks for fewer requests ({request})", request=request),
            retry_after=pause,
        )
    if status >= 500:
        return errors.ServerError(
            said("connection.failed", "the server failed to answer {request}: {reply}", request=request, reply=reply),
            said("connection.look_at_log", "look at the server's log if this stays"),
            status=status,
            retry_after=pause,
        )
    if status == 408:
        return errors.Unreachable(f"the server gave up waiting for {request}", "try again later")
    if status == 413:
        return errors.TooLarge(
            f"the server refuses a body of this size ({request})",
            "raise the limit of the proxy before Immich, for example client_max_body_size of nginx",
        )
    if status == 400 and _HTTPS_WANTED.search(refusal.body[:2000]):
        return errors.TlsError("the server wants https and was asked in plain http", "write https:// in the address")
    if status in (401, 407) and not texts:
        return proxy_login(request)
    if refusal.is_page:
        return page_instead(refusal.body, request)
    return _said_by_immich(refusal, texts, reply)


def _said_by_immich(refusal: Refusal, texts: tuple[str, ...], reply: str) -> ImmichError:
    status, request = refusal.status, refusal.request
    if status == 401:
        if "levated permission" in reply:
            return errors.ElevatedPermissionRequired(f"{request} reaches locked photos, which no API key may see")
        return errors.Unauthorized(
            said("connection.login_refused", "the server refuses the login: {reply}", reply=reply),
            said("connection.check_key", "check the API key (or e-mail and password) in the settings"),
        )
    if status == 403:
        if match := _PERMISSION.search(reply):
            return errors.MissingPermission(match.group(1))
        return errors.AccessRefused(f"the server refuses {request}: {reply}", "this may need an administrator's key")
    if status == 404:
        if "media not found" in reply:
            return errors.RenditionMissing(f"the server has no such rendition ({request})")
        return errors.NotFound(f"the server knows no {request}: {reply}")
    if status == 400 and _NO_ACCESS.search(reply):
        return errors.NoAccess(f"not there, or not for this key ({request}): {reply}")
    if status == 400 and "Quota has been exceeded" in reply:
        return errors.QuotaExceeded(
            "the user's storage quota on the Immich server is used up", "an administrator can raise it", details=texts
        )
    return errors.BadRequest(f"the server refuses {request}: {reply}", details=texts)


_LONGEST_COMPLAINT, _MOST_COMPLAINTS = 500, 20


def messages(body: bytes) -> tuple[str, ...]:
    """The complaints in an error body: a text or list under ``message`` (2.7), plus ``errors`` with paths (3.0)."""
    try:
        data = json.loads(body)
    except ValueError:
        return ()
    if not isinstance(data, dict):
        return ()
    message = data.get("message")
    texts = [text for text in (message if isinstance(message, list) else [message]) if isinstance(text, str) and text]
    issues = data.get("errors")
    for issue in issues if isinstance(issues, list) else []:
        if isinstance(issue, dict):
            path = ".".join(str(step) for step in issue.get("path") or ())
            texts.append(f"{path}: {issue.get('message')}" if path else str(issue.get("message")))
    # They become messages that are kept: with a photo, in a history, on a page.
    return tuple(text[:_LONGEST_COMPLAINT] for text in texts[:_MOST_COMPLAINTS])


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header (number or date) asks for; None if there is none or it is unreadable."""
    if not header:
        return None
    try:
        return max(float(header), 0.0) if header.strip().isdigit() else _seconds_until(header)
    except (TypeError, ValueError):
        return None


def server_time(header: str | None) -> datetime | None:
    """The moment in a Date header, aware UTC."""
    try:
        moment = parsedate_to_datetime(header or "")
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds_until(header: str) -> float | None:
    moment = server_time(header)
    return None if moment is None else max((moment - datetime.now(UTC)).total_seconds(), 0.0)
