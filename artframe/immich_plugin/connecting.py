"""How do settings become a client of Immich?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from artframe.immich import Immich
from artframe.immich_plugin.troubles import translated
from artframe.plugin import Secret


class Server(Protocol):
    """Settings that say where Immich is; see ``url_setting`` and ``ca_file_setting``."""

    @property
    def immich_url(self) -> str: ...

    @property
    def ca_file(self) -> str: ...


def connected(
    server: Server,
    key: Secret,
    *,
    connections: int,
    read_timeout: float,
    sleep: Callable[[float], None] | None = None,
) -> Immich:
    """A client for one key, to be closed; nothing is asked yet. ConfigError for an address that is none.

    ``read_timeout`` is in seconds; ``sleep`` waits between the tries of a request, so that stopping may end it.
    """
    with translated():
        return Immich(
            server.immich_url,
            key.reveal(),
            ca_file=server.ca_file or None,
            connections=connections,
            read_timeout=read_timeout,
            sleep=sleep,
        )
