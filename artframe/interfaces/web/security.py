"""Who may see which path, under which names is the frame reached, and which headers keep a browser's pages apart?"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from artframe.core.ip import read_ip
from artframe.interfaces.web.failures import Refused

PUBLIC_PATHS = frozenset({"/login", "/pair", "/favicon.ico", "/robots.txt"})
PUBLIC_FOLDERS = ("/static/",)
"""All that is answered without a session. Everything else is not, whatever it is."""
API = "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HOUSEHOLD_DOMAINS = ("local", "lan", "home", "home.arpa", "internal", "localdomain")
"""Under these nobody on the internet can register a name; a router may well hand them out."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For what came from elsewhere (a picture, a backup): opened by itself, it is nothing but itself."""

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
DEFAULT_HEADERS: Mapping[str, str] = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": "no-store"}
"""Those that an answer may replace by its own."""


def is_public(path: str) -> bool:
    """Whether the path is answered without a session."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_FOLDERS)


def is_api(path: str) -> bool:
    """Whether programs are meant, who read JSON."""
    return path.startswith(API) or path == API.rstrip("/")


def check_host(header: str, names: Collection[str]) -> None:
    """Refuse a request for another host than this one: a page elsewhere may have pointed its own name at us.

    An address is always fine, as no name can be pointed by it; ``names`` are those of the settings. Raises Refused.
    """
    host = host_of(header)
    if host is None:
        raise Refused(400, "the request does not say for which host it is meant", "send one Host header")
    if (
        read_ip(host) is not None
        or host == "localhost"
        or host in own_names()
        or host in {_plain(name) for name in names}
    ):
        return
    raise Refused(
        421,
        f"this frame does not answer to the name '{host[:100]}'",
        "open it by its address, or add the name to web.host_names in frame.json",
    )


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse what a page of somebody else has a browser send: ``headers`` by their lower-case names. Raises Refused.

    Behind a proxy the scheme may be another one, so only host and port are compared.
    """
    origin = headers.get("origin")
    if origin is not None:
        try:
            sender = urlsplit(origin).netloc.lower()
        except ValueError:
            sender = ""
        if not sender or sender != headers.get("host", "").strip().lower():
            raise _foreign()
    elif headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise _foreign()


def check_embedding(headers: Mapping[str, str]) -> None:
    """Refuse what a page of somebody else wants to embed or read; a link that leads to us is fine. Raises Refused."""
    foreign = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
    if foreign and headers.get("sec-fetch-mode") != "navigate":
        raise _foreign()


def host_of(header: str) -> str | None:
    """The host in a Host header, lower case, without its port; None if that is none."""
    text = header.strip()
    if text.startswith("["):
        inner, bracket, port = text[1:].partition("]")
        host = inner if bracket and (not port or port.startswith(":")) else ""
        port = port[1:]
    else:
        host, _, port = text.partition(":")
    if port and not (port.isascii() and port.isdecimal()):
        return None
    return _plain(host) or None


def _plain(name: str) -> str:
    return name.strip().lower().removesuffix(".")


def own_names() -> set[str]:
    """What this machine is called on its network."""
    full = _plain(socket.gethostname())
    short = full.partition(".")[0]
    return {full, short, *(f"{short}.{domain}" for domain in _HOUSEHOLD_DOMAINS)} - {""}


def _foreign() -> Refused:
    return Refused(403, "the request comes from a page of another site; nothing was done", "open the frame's own page")
