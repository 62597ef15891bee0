"""Which address does the API have, and which redirects may be followed with a key in the hand?"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit

from artframe.immich.errors import InvalidAddress

_PORTS = {"http": 80, "https": 443}


def api_root(url: str) -> str:
    """The root of the API without a trailing slash, for an address as people write it.

    ``https://host``, ``https://host/``, ``https://host/api`` and a sub path all work. Raises InvalidAddress.
    """
    text = url.strip()
    # The address is logged and shown, so no text may repeat a password that stands before the @.
    shown = text.rpartition("@")[2]
    example = "write it like http://192.168.1.20:2283 or https://photos.example.org"
    if "://" not in text:
        raise InvalidAddress(f"the address {shown!r} does not begin with http:// or https://", example)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        if "@" in text:
            # A sign in a password that has to be escaped makes this of it, and the error quotes what stands before it.
            raise _with_login() from None
        raise InvalidAddress(f"the address {shown!r} cannot be read: {error}", example) from error
    if parts.scheme.lower() not in _PORTS:
        raise InvalidAddress(f"the address {shown!r} is neither http:// nor https://", example)
    if parts.username is not None or parts.password is not None:
        raise _with_login()
    if not parts.hostname or any(character.isspace() for character in parts.netloc):
        raise InvalidAddress(f"the address {shown!r} names no host", example)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port is None else f"{host}:{port}"
    path = parts.path.rstrip("/")
    if not path.endswith("/api"):
        path += "/api"
    return urlunsplit((parts.scheme.lower(), netloc, path, "", ""))


def _with_login() -> InvalidAddress:
    return InvalidAddress("the address holds a user name or password", "leave it out; the API key is a setting")


def may_follow(source: str, target: str) -> bool:
    """Whether a redirect stays on the same server: same scheme, host and port, or http to https on the same host."""
    old, new = urlsplit(source), urlsplit(target)
    if old.hostname != new.hostname:
        return False
    return (old.scheme, _port(old)) == (new.scheme, _port(new)) or is_upgrade(source, target)


def is_upgrade(source: str, target: str) -> bool:
    """Whether ``target`` is the encrypted twin of ``source``: same host, https, on its standard or the same port."""
    old, new = urlsplit(source), urlsplit(target)
    return (
        old.hostname == new.hostname
        and (old.scheme, new.scheme) == ("http", "https")
        and _port(new) in (443, _port(old))
    )


def moved_root(root: str, target: str) -> str:
    """``root`` on the scheme, host and port of ``target``."""
    old, new = urlsplit(root), urlsplit(target)
    return urlunsplit((new.scheme, new.netloc, old.path, "", ""))


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)
