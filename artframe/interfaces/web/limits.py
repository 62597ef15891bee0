"""How much may a visitor of the web page ask for, and how long may they take?"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds. A frame in a household needs a small part of each."""

    connections: int = 64
    """At once, in all."""
    connections_of_one: int = 16
    """At once, from one address; this machine's own as well (a proxy on it is one address)."""
    header_seconds: float = 10.0
    """From the first byte to the end of a request's headers, the TLS handshake before them apart."""
    handshake_seconds: float = 10.0
    keep_alive_seconds: float = 15.0
    """How long a connection may lie idle between two requests."""
    body_seconds: float = 10.0
    """In each span of this length at least ``body_step`` of a body must arrive, or its end."""
    body_step: int = 4096
    write_seconds: float = 20.0
    """How long a visitor may take nothing of what is sent."""
    linger_seconds: float = 2.0
    """How long the rest of a refused body is read and thrown away, so that the refusal arrives."""
    stop_seconds: float = 2.0
    """How long requests may go on after the server was asked to stop."""
    header_bytes: int = 16 * 1024
    target_bytes: int = 4 * 1024
    body_bytes: int = 1 * MB
    door_bytes: int = 16 * 1024
    """Of somebody unknown, who has a password or a code to send."""
    upload_bytes: int = 64 * MB
    """A body where a file may be sent."""
    streams: int = 24
    """Event streams and following logs at once, in all."""
    streams_of_one: int = 6
    """At once, of one session or token."""

    heartbeat_seconds: float = 15.0
    """After so long without news a stream says that it is still there."""


LIMITS = Limits()
