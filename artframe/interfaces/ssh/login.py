"""Who is at the other end of a connection, and what may be done over it? Keys only, and nothing is forwarded."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import cast

import asyncssh
from asyncssh.constants import DISC_NO_MORE_AUTH_METHODS_AVAILABLE, OPEN_RESOURCE_SHORTAGE

from artframe.config.authorized_keys import AuthorizedKey
from artframe.interfaces.runner import Actor
from artframe.interfaces.ssh.idle import Idle
from artframe.interfaces.ssh.parts import SshParts

_MOST_KEYS = 10
"""So many keys may be shown on one connection; an agent that holds more is told which one to use."""
MOST_SESSIONS = 10
"""So many sessions may be open at once on one connection."""
_HELD_BY_ASYNCSSH = frozenset({"command", "from", "no-pty", "no-touch-required"})
_MARK = "artframe-key"
"""An option put before each line that is handed on: asyncssh tells the options of the used key, not which it was."""


class Login(asyncssh.SSHServer):
    """One connection, from the handshake on. Any name is accepted: the key decides."""

    def __init__(
        self, parts: SshParts, idle: Idle, session: Callable[[Login], asyncssh.SSHServerSession[bytes]]
    ) -> None:
        self.parts = parts
        self.idle = idle
        self.sessions = 0
        self.refused = ""
        self.user = ""
        self.key: AuthorizedKey | None = None
        self._new_session = session
        self.connection: asyncssh.SSHServerConnection | None = None
        self._keys: dict[str, AuthorizedKey] = {}
        self._shown = 0

    @property
    def who(self) -> str:
        """The key that was used, as its owner calls it."""
        return "" if self.key is None else self.key.comment or self.key.fingerprint

    @property
    def fingerprint(self) -> str:
        return "" if self.key is None else self.key.fingerprint

    @property
    def actor(self) -> Actor:
        """Who runs commands over this connection."""
        return Actor(name=f"ssh: {self.who}")

    @property
    def may_have_terminal(self) -> bool:
        """Whether the line of the key allows a terminal; ``no-pty`` asyncssh sees to itself."""
        options = self.key.options if self.key is not None else {}
        return "restrict" not in options or "pty" in options

    @property
    def _open(self) -> asyncssh.SSHServerConnection:
        assert self.connection is not None
        return self.connection

    # ---- called by asyncssh

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    async def begin_auth(self, username: str) -> bool:
        self.user = username
        lines, self._keys = await self.parts.caller.call(self._read_keys)
        self._open.set_authorized_keys(lines)
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Asked only about keys that are not in the file, or not valid from this address."""
        self._shown += 1
        self.refused = f"the key {key.get_fingerprint()} does not open this frame"
        if self._shown >= _MOST_KEYS:
            self.refused = f"{self._shown} keys were shown, none opens this frame"
            self._open.disconnect(DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many keys; name one with -i")
        return False

    def auth_completed(self) -> None:
        marks = cast("list[str]", self._open.get_key_option(_MARK, []))
        self.key = next((self._keys[mark] for mark in marks if mark in self._keys), None)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        if self.key is None or self.sessions >= MOST_SESSIONS:
            raise asyncssh.ChannelOpenError(OPEN_RESOURCE_SHORTAGE, "Too many sessions on one connection")
        return self._new_session(self)

    def _read_keys(self) -> tuple[asyncssh.SSHAuthorizedKeys, dict[str, AuthorizedKey]]:
        lines = asyncssh.SSHAuthorizedKeys()
        known = {}
        for key in self.parts.keys.read().valid(self.parts.clock.now()):
            lines.load(_line(key))
            known[key.fingerprint] = key
        return lines, known


def _line(key: AuthorizedKey) -> str:
    """The key's line with the options that asyncssh is to hold, and the mark."""
    options = {
        _MARK: key.fingerprint,
        **{name: value for name, value in key.options.items() if name in _HELD_BY_ASYNCSSH},
    }
    texts = []
    for name, value in options.items():
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        texts.append(f'{name}="{quoted}"' if value else name)
    return f"{','.join(texts)} {key.key.type} {base64.b64encode(key.key.blob).decode()}"
