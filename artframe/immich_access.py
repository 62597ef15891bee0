"""How does a household get from an Immich address to a key that fits? Checks a key, or makes one with the password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Annotated, Any

from artframe.config.store import ConfigStore
from artframe.core.commands import Effect, command
from artframe.core.exchange import Hidden, Suggests
from artframe.core.near_names import meant
from artframe.errors import ArtframeError, AuthFailed, CommandError, NotReady, NotThere
from artframe.host.discovery import PluginKinds
from artframe.immich import AccessRefused, Immich, ImmichError, Unauthorized
from artframe.immich_plugin import permission_findings, version_finding
from artframe.plugin import Finding

Url = Annotated[str, "the address you open in the browser, such as https://immich.example.com"]
Kinds = Annotated[str, "the plugins that will use it, with commas between", Suggests("kind")]
CaFile = Annotated[str, "PEM file of the authority that signed the server's certificate, for a private one"]
_PATIENCE = 15.0
_SECRET = "immich-api-key"  # noqa: S105 - a name in secrets.json


def _made(result: dict[str, Any]) -> str:
    return (
        f"Immich made the key '{result['key']}' with: {', '.join(result['permissions'])}\n"
        f'it is in secrets.json; where a plugin\'s settings want the key, write {{"$secret": "{result["secret"]}"}}'
    )


def _listed(result: dict[str, Any]) -> str:
    return "\n".join([*result["permissions"], *(f"{name} (optional)" for name in result["optional"])])


def _found(result: dict[str, Any]) -> str:
    lines = []
    for finding in result["findings"]:
        lines.append(f"{'ok ' if finding['ok'] else 'BAD'}  {finding['text']}")
        lines += [f"     {finding['hint']}"] if finding["hint"] else []
    return "\n".join(lines)


class ImmichAccess:
    """``immich check`` and ``immich create-key``. Add them with ``CommandRegistry.add_all``."""

    def __init__(self, store: ConfigStore, kinds: PluginKinds) -> None:
        self._store = store
        self._kinds = kinds

    @command("immich permissions", render=_listed)
    def permissions(self, *, kinds: Kinds = "immich") -> dict[str, Any]:
        """Name the permissions that an API key needs for these plugins, as Immich names them."""
        needed, optional = self._needed(kinds)
        return {"permissions": needed, "optional": optional}

    @command("immich check", render=_found, owner_only=True)
    def check(
        self, url: Url, key: Annotated[str, "the API key", Hidden], *, kinds: Kinds = "immich", ca_file: CaFile = ""
    ) -> dict[str, Any]:
        """Try an address and an API key before they stand in a plugin's settings; changes nothing.

        The exit code is 1 if something is missing.
        """
        needed, optional = self._needed(kinds)
        with _told(), Immich(url, key, ca_file=ca_file or None, read_timeout=_PATIENCE, sleep=lambda _: None) as client:
            findings = [version_finding(client)]
            missing = client.missing_permissions(needed)
            unused = client.missing_permissions(optional)
            name, version = client.key().name, str(client.version())
        findings += [
            Finding(ok=True, text=f"the API key '{name}' is accepted"),
            *permission_findings(needed, dict.fromkeys(missing, "")),
            *(Finding(ok=True, text=f"it lacks {permission}, which only some settings need") for permission in unused),
        ]
        ok = all(finding.ok for finding in findings)
        return {
            "ok": ok,
            "version": version,
            "missing": list(missing),
            "findings": [asdict(finding) for finding in findings],
            "exit_code": 0 if ok else 1,
        }

    @command("immich create-key", effect=Effect.CHANGES, render=_made, owner_only=True)
    def create_key(
        self,
        url: Url,
        email: Annotated[str, "the address you sign in to Immich with"],
        password: Annotated[str, "your Immich password; it is used for this one sign-in and kept nowhere", Hidden],
        *,
        kinds: Kinds = "immich",
        secret: Annotated[str, "the key's name in secrets.json; it must be a new one", Suggests("secret")] = "",
        ca_file: CaFile = "",
    ) -> dict[str, Any]:
        """Sign in to Immich once and make an API key with exactly the permissions that the plugins need.

        The key goes to secrets.json and is shown nowhere; the session ends at once.
        """
        needed, optional = self._needed(kinds)
        granted = [*needed, *optional]
        known = self._store.shown("secrets")
        if secret in known:
            raise CommandError(
                f"secrets.json has a '{secret}' already; no key was made", "give another name", exit_code=64
            )
        secret = secret or _free(known)
        name = f"artframe: {self._store.config.frame.name}"
        with _told(), _session(url, email, password, ca_file) as client:
            made = client.account.create_key(name, granted)
            try:
                self._store.modify("secrets", lambda data: {**data, secret: made.secret}, reason="a key made in Immich")
            except ArtframeError:
                # A key that nobody can ever read again must not stay behind.
                client.account.delete_key(made.id)
                raise
        return {"secret": secret, "key": name, "permissions": granted}

    def _needed(self, kinds: str) -> tuple[list[str], list[str]]:
        """What a key for these plugins must have, and what it may have besides."""
        needed: dict[str, None] = {}
        optional: dict[str, None] = {}
        for kind in filter(None, (part.strip() for part in kinds.split(","))):
            if kind not in self._kinds:
                raise NotThere(
                    f"no plugin of the kind '{kind}' is installed",
                    meant(kind, self._kinds, f"installed: {', '.join(self._kinds)}"),
                )
            plugin = self._kinds.load(kind)
            needed.update(dict.fromkeys(plugin.permissions))
            optional.update(dict.fromkeys(plugin.optional_permissions))
        if not needed:
            raise CommandError(f"'{kinds}' needs no Immich key; nothing was done", exit_code=64)
        return list(needed), [name for name in optional if name not in needed]


@contextmanager
def _session(url: str, email: str, password: str, ca_file: str) -> Iterator[Immich]:
    try:
        client = Immich.login(
            url, email, password, ca_file=ca_file or None, read_timeout=_PATIENCE, sleep=lambda _: None
        )
    except Unauthorized as error:
        raise AuthFailed(
            "Immich does not accept this e-mail address with this password; no key was made",
            "try them on Immich's own page; with single sign-on, make a key there (Account settings, API keys)",
        ) from error
    with client:
        try:
            yield client
        finally:
            with suppress(ImmichError):
                client.logout()


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with Immich, by who must act."""
    try:
        yield
    except (Unauthorized, AccessRefused) as error:
        raise AuthFailed(error.message, error.hint) from error
    except ImmichError as error:
        kind: type[ArtframeError] = NotReady if error.retryable else CommandError
        raise kind(error.message, error.hint) from error


def _free(known: dict[str, Any]) -> str:
    names = (_SECRET, *(f"{_SECRET}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in known)
