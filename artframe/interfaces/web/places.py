"""On which port is the page wanted, and under which addresses is it opened?"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence

from artframe.core.addresses import addresses
from artframe.errors import ConfigError

PORT_VARIABLE = "ARTFRAME_WEB_PORT"
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (what sockets say that listen on all addresses)


def wanted_port(setting: int) -> int:
    """The port to serve on: what the environment says, else what the settings say. Raises ConfigError."""
    said = os.environ.get(PORT_VARIABLE, "").strip()
    if not said:
        return setting
    if not (said.isascii() and said.isdecimal() and int(said) <= 65535):
        raise ConfigError(
            f"{PORT_VARIABLE} is no port ('{said[:20]}'), so web.port of frame.json counts",
            "set it to a number from 0 to 65535, or unset it",
        )
    return int(said)


def port_of(sockets: Sequence[socket.socket]) -> int | None:
    """The port that these listen on; None if there are none."""
    return int(sockets[0].getsockname()[1]) if sockets else None


def page_urls(sockets: Sequence[socket.socket], *, secure: bool) -> list[str]:
    """How the page is opened, the best first: by address, which every phone understands, then by name, then IPv6."""
    listening = [str(one.getsockname()[0]) for one in sockets]
    if not listening:
        return []
    hosts = [address for address in listening if address not in _EVERYWHERE]
    if not hosts:
        known = addresses()
        four, six = [one for one in known if ":" not in one], [one for one in known if ":" in one]
        hosts = [*four, f"{socket.gethostname().partition('.')[0]}.local", *six] if known else ["localhost"]
    scheme, usual = ("https", 443) if secure else ("http", 80)
    port = port_of(sockets)
    where = "" if port == usual else f":{port}"
    return [f"{scheme}://{f'[{host}]' if ':' in host else host}{where}" for host in hosts]
