"""Why did no answer come: network, certificate, or http and https mixed up?"""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import requests
import urllib3

from artframe.immich.errors import ImmichError, NoAnswerInTime, TlsError, Unreachable

_CA_HINT = "if the server uses a certificate of its own, name its CA file in the settings (ca_file)"


def no_answer(error: Exception, url: str) -> ImmichError:
    """The typed error for an exception of requests before any answer. Names the server, never path or key."""
    server = urlsplit(url).netloc
    if isinstance(error, requests.exceptions.SSLError):
        return _tls(str(error), server)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Unreachable(f"{server} does not answer", "is the server running, and is the address right?")
    if isinstance(error, requests.exceptions.ReadTimeout):
        return NoAnswerInTime(f"{server} took the request and gave no answer in time", "is the server very busy?")
    reason = _root_cause(error)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return Unreachable(f"the name {urlsplit(url).hostname} is unknown", "check the address and this network's DNS")
    if isinstance(reason, ConnectionRefusedError):
        return Unreachable(f"{server} refuses connections", "is the server running, and is the port right?")
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError | TimeoutError):
        return NoAnswerInTime(f"{server} took the request and gave no answer in time", "is the server very busy?")
    if isinstance(reason, urllib3.exceptions.NewConnectionError | OSError) and not isinstance(reason, ConnectionError):
        return Unreachable(f"there is no way to {server}: {_plain(reason)}", "is this machine's network up?")
    hint = "if the server only speaks https, write https:// in the address" if url.startswith("http://") else ""
    return Unreachable(f"{server} closed the connection without an answer", hint)


def _tls(text: str, server: str) -> TlsError:
    if "WRONG_VERSION_NUMBER" in text or "wrong version number" in text or "HTTP_REQUEST" in text:
        return TlsError(f"{server} speaks plain http, not https", "write http:// in the address, or use the https port")
    if "self-signed" in text or "self signed" in text or "unable to get local issuer" in text:
        return TlsError(f"the certificate of {server} is not signed by an authority known here", _CA_HINT)
    if "has expired" in text or "not yet valid" in text:
        return TlsError(
            f"the certificate of {server} is not valid at this date", "renew it, or set this machine's clock right"
        )
    if "doesn't match" in text or "not valid for" in text or "ostname mismatch" in text:
        return TlsError(f"the certificate of {server} is made for another name", "use the name in the certificate")
    return TlsError(f"no trusted connection to {server}: {text[-200:]}", _CA_HINT)


def unusable_ca_file(path: str) -> TlsError | None:
    """The error for a CA file that cannot be used, or None."""
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = "holds no certificate" if isinstance(error, ssl.SSLError) else _plain(error)
        return TlsError(f"the CA file {path} cannot be used: {reason}", "it must hold certificates in PEM format")
    return None


def _root_cause(error: BaseException) -> BaseException:
    """The innermost cause that still tells something: requests wraps urllib3, which wraps the socket's error."""
    seen = {id(error)}
    while True:
        inner = getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((argument for argument in error.args if isinstance(argument, BaseException)), None)
        if inner is None and not isinstance(error, urllib3.exceptions.NameResolutionError):
            inner = error.__cause__ or error.__context__
        if inner is None or id(inner) in seen or isinstance(error, urllib3.exceptions.NameResolutionError):
            return error
        seen.add(id(inner))
        error = inner


def _plain(error: BaseException) -> str:
    if isinstance(error, requests.exceptions.RequestException):
        return type(error).__name__  # what requests itself objects to, it quotes: headers, too
    return getattr(error, "strerror", None) or str(error).rsplit(":", 1)[-1].strip()
