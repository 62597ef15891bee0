"""Why did no answer come: network, certificate, or http and https mixed up?"""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import requests
import urllib3

from artframe.immich.errors import ImmichError, NoAnswerInTime, TlsError, Unreachable
from artframe.immich.words import said

_CA_HINT = said(
    "connection.name_ca_file", "if the server uses a certificate of its own, name its CA file in the settings (ca_file)"
)


def no_answer(error: Exception, url: str) -> ImmichError:
    """The typed error for an exception of requests before any answer. Names the server, never path or key."""
    server = urlsplit(url).netloc
    if isinstance(error, requests.exceptions.SSLError):
        return _tls(str(error), server)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Unreachable(
            said("connection.silent", "{server} does not answer", server=server),
            said("connection.is_address_right", "is the server running, and is the address right?"),
        )
    if isinstance(error, requests.exceptions.ReadTimeout):
        return _too_slow(server)
    reason = _root_cause(error)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return Unreachable(
            said("connection.name_unknown", "the name {name} is unknown", name=str(urlsplit(url).hostname)),
            said("connection.check_name", "check the address and this network's DNS"),
        )
    if isinstance(reason, ConnectionRefusedError):
        return Unreachable(
            said("connection.refuses", "{server} refuses connections", server=server),
            said("connection.is_port_right", "is the server running, and is the port right?"),
        )
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError | TimeoutError):
        return _too_slow(server)
    if isinstance(reason, urllib3.exceptions.NewConnectionError | OSError) and not isinstance(reason, ConnectionError):
        return Unreachable(
            said("connection.no_way", "there is no way to {server}: {reason}", server=server, reason=_plain(reason)),
            said("connection.is_network_up", "is this machine's network up?"),
        )
    hint = said("connection.perhaps_https", "if the server only speaks https, write https:// in the address")
    return Unreachable(
        said("connection.closed", "{server} closed the connection without an answer", server=server),
        hint if url.startswith("http://") else "",
    )


def _too_slow(server: str) -> NoAnswerInTime:
    return NoAnswerInTime(
        said("connection.too_slow", "{server} took the request and gave no answer in time", server=server),
        said("connection.is_busy", "is the server very busy?"),
    )


def _tls(text: str, server: str) -> TlsError:
    if "WRONG_VERSION_NUMBER" in text or "wrong version number" in text or "HTTP_REQUEST" in text:
        return TlsError(
            said("connection.plain_http", "{server} speaks plain http, not https", server=server),
            said("connection.write_http", "write http:// in the address, or use the https port"),
        )
    if "self-signed" in text or "self signed" in text or "unable to get local issuer" in text:
        return TlsError(
            said(
                "connection.unknown_authority",
                "the certificate of {server} is not signed by an authority known here",
                server=server,
            ),
            _CA_HINT,
        )
    if "has expired" in text or "not yet valid" in text:
        return TlsError(
            said("connection.wrong_date", "the certificate of {server} is not valid at this date", server=server),
            said("connection.renew", "renew it, or set this machine's clock right"),
        )
    if "doesn't match" in text or "not valid for" in text or "ostname mismatch" in text:
        return TlsError(
            said("connection.other_name", "the certificate of {server} is made for another name", server=server),
            said("connection.use_name", "use the name in the certificate"),
        )
    return TlsError(
        said("connection.untrusted", "no trusted connection to {server}: {reason}", server=server, reason=text[-200:]),
        _CA_HINT,
    )


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
