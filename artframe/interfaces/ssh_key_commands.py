"""Which keys open the frame over SSH, and how does one add or take away one?"""

from __future__ import annotations

from typing import Annotated, Any

from artframe.config.authorized_keys import AuthorizedKey, AuthorizedKeys
from artframe.core.commands import Effect, command


class SshKeyCommands:
    """``artframe ssh-key …``: the lines of ``config/authorized_keys``, which may be edited by hand as well."""

    def __init__(self, keys: AuthorizedKeys) -> None:
        self._keys = keys

    @command("ssh-key list", render=lambda result: _lines(result))
    def keys(self) -> list[dict[str, Any]]:
        """List the keys that open the frame over SSH."""
        return [_as_json(key) for key in self._keys.read().keys]

    @command("ssh-key add", effect=Effect.CHANGES, owner_only=True, render=lambda result: f"added {_line(result)}")
    def add(
        self, key: Annotated[tuple[str, ...], "the key's line, as the file id_ed25519.pub holds it"]
    ) -> dict[str, Any]:
        """Let a key open the frame over SSH.

        The SSH server comes up with the first key. What opens is the private half, which stays with its owner: on
        their machine, 'ssh-keygen -t ed25519' makes a pair, and id_ed25519.pub holds the line that is wanted here.
        """
        return _as_json(self._keys.add(" ".join(key)))

    @command(
        "ssh-key remove",
        effect=Effect.DANGEROUS,
        owner_only=True,
        render=lambda result: "\n".join(f"removed {_line(key)}" for key in result),
    )
    def remove(self, fingerprint: Annotated[str, "as 'ssh-key list' shows it: SHA256:..."]) -> list[dict[str, Any]]:
        """Take a key away: its sessions end, and with the last key the SSH server."""
        return [_as_json(key) for key in self._keys.remove(fingerprint)]


def _as_json(key: AuthorizedKey) -> dict[str, Any]:
    return {
        "fingerprint": key.fingerprint,
        "type": key.key.type,
        "comment": key.comment,
        "options": sorted(key.options),
        "expires": key.expires.isoformat() if key.expires is not None else None,
    }


def _lines(result: list[dict[str, Any]]) -> str:
    return "\n".join(map(_line, result)) or "no key opens the frame over SSH; 'artframe ssh-key add' adds one"


def _line(key: dict[str, Any]) -> str:
    more = f" ({', '.join(key['options'])})" if key["options"] else ""
    return f"{key['fingerprint']}  {key['type']:24} {key['comment']}{more}"
