"""Where is the server, who are we there, and what may we do?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from artframe.immich import parsing
from artframe.immich.account import Account
from artframe.immich.answers import CHECK_ADDRESS
from artframe.immich.errors import MalformedAnswer, NotFound, NotImmich
from artframe.immich.listing import LARGEST_PAGE
from artframe.immich.records import KeyInfo, User
from artframe.immich.version import Version
from artframe.immich.wire import Wire


class Connection:
    """One Immich server (2.7 and 3.x) with one API key or one password session; safe for many threads.

    ``connections``: at most so many requests at once, whatever the number of threads; a ``Body`` counts until it is
    closed. ``connect_timeout`` and ``read_timeout`` are seconds; the latter is also how long a body may stall.
    ``ca_file``: PEM file of the authority that signed the server's certificate; verification is never off.
    ``sleep`` is what waits between the tries of requests that may be repeated (default: a pause that ``close`` ends).
    Every method raises the errors of ``artframe.immich.errors`` and nothing else for what goes wrong outside.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        ca_file: str | Path | None = None,
        connections: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        sleep: Callable[[float], None] | None = None,
        _page_size: int = LARGEST_PAGE,
    ) -> None:
        self._page_size = _page_size
        self._wire = Wire(
            url,
            ca_file=None if ca_file is None else str(ca_file),
            connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            sleep=sleep,
        )
        self._wire.authenticate("x-api-key", api_key.strip())
        self.account = Account(self._wire)
        self._has_session = False
        self._version: Version | None = None
        self._version_lock = threading.Lock()

    @classmethod
    def login(
        cls,
        url: str,
        email: str,
        password: str,
        *,
        ca_file: str | Path | None = None,
        connections: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        sleep: Callable[[float], None] | None = None,
    ) -> Self:
        """A client with a session of its own on the server; end it with ``logout``. Wrong password: Unauthorized."""
        client = cls(
            url,
            "",
            ca_file=ca_file,
            connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            sleep=sleep,
        )
        try:
            client.version()
            answer = client._wire.ask("POST", "/auth/login", body={"email": email, "password": password}, repeat=False)
            token = answer.get("accessToken") if isinstance(answer, Mapping) else None
            if not isinstance(token, str) or not token:
                raise MalformedAnswer("the server accepted the login and gave no session")
        except BaseException:
            client.close()
            raise
        client._wire.authenticate("Authorization", f"Bearer {token}")
        client._has_session = True
        return client

    def logout(self) -> None:
        """End the password session on the server; this client is of no use afterwards. Keys stay what they are."""
        if self._has_session:
            self._wire.ask("POST", "/auth/logout", repeat=False)

    def close(self) -> None:
        """Give all connections back and end all pauses."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where the API is, for texts: the address as given, or its https twin if the server sent us there."""
        return self._wire.root

    @property
    def clock_offset(self) -> timedelta | None:
        """How far the server's clock runs ahead of ours, by its last answer; see ``clock_warning``."""
        return self._wire.clock_offset

    def version(self) -> Version:
        """The server's version; asked once, needs no permission. NotImmich if something else answers."""
        with self._version_lock:
            if self._version is None:
                try:
                    answer = self._wire.ask("GET", "/server/version", repeat=True)
                except NotFound as error:
                    raise NotImmich("no Immich API is at this address", CHECK_ADDRESS) from error
                self._version = parsing.version(answer)
            return self._version

    def key(self) -> KeyInfo:
        """The API key in use and its permissions; needs no permission. A password session has none: AccessRefused."""
        return parsing.key_info(self._wire.ask("GET", "/api-keys/me", repeat=True))

    def missing_permissions(self, needed: Iterable[str]) -> tuple[str, ...]:
        """Which of ``needed`` (such as ``album.read``) the key lacks, sorted. A password session lacks none."""
        if self._has_session:
            return ()
        held = self.key().permissions
        return () if "all" in held else tuple(sorted(set(needed).difference(held)))

    def me(self) -> User:
        """Whose key or session this is. Needs user.read."""
        return parsing.user(self._wire.ask("GET", "/users/me", repeat=True))
