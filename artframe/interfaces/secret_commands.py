"""The commands about ``secrets.json``: they take secrets and never give one."""

from __future__ import annotations

from typing import Annotated, Any

from artframe.config.store import ConfigStore
from artframe.config.stored_secrets import StoredSecrets
from artframe.core.commands import Effect, command
from artframe.core.exchange import Hidden, Suggests

Name = Annotated[str, "the name of the secret", Suggests("secret")]


def _list(rows: list[dict[str, Any]]) -> str:
    width = max((len(row["name"]) for row in rows), default=0)
    lines = [f"{row['name']:{width}}  {_users(row['used_by'])}" for row in rows]
    return "\n".join(lines) or "secrets.json holds no secret"


def _users(users: list[str]) -> str:
    return f"used by {', '.join(users)}" if users else "not used"


def _set(result: dict[str, Any]) -> str:
    what = "is stored" if result["new"] else "was replaced"
    users = f"; {', '.join(result['used_by'])} goes by it at once" if result["used_by"] else ""
    return f"the secret {result['name']} {what}{users}"


class SecretCommands:
    """``artframe secret …``."""

    def __init__(self, store: ConfigStore) -> None:
        self._secrets = StoredSecrets(store)

    @command("secret list", render=_list)
    def list(self) -> Any:
        """List the names of the secrets in secrets.json, and who uses them."""
        users = self._secrets.users()
        return [{"name": name, "used_by": users.get(name, [])} for name in self._secrets.names()]

    @command("secret set", effect=Effect.CHANGES, owner_only=True, render=_set)
    def set(self, name: Name, value: Annotated[str, "the secret itself", Hidden]) -> dict[str, Any]:
        """Store a secret, or replace it; who uses its name goes by the new one at once."""
        new = self._secrets.set(name, value, reason="secret set")
        return {"name": name, "new": new, "used_by": self._secrets.users().get(name, [])}

    @command(
        "secret delete",
        effect=Effect.CHANGES,
        owner_only=True,
        render=lambda result: f"the secret {result['name']} is deleted",
    )
    def delete(self, name: Name) -> dict[str, Any]:
        """Delete a secret that nothing uses."""
        self._secrets.delete(name, reason="secret delete")
        return {"name": name}
