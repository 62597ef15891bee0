"""What can this key see on this server, and what is missing before photos can come?"""

from __future__ import annotations

from artframe.immich import Album, Immich
from artframe.immich_plugin import clock_finding, permission_findings, version_finding
from artframe.plugin import ConfigError, Finding
from artframe_immich.choice import chosen, narrows
from artframe_immich.settings import ImmichSettings

PERMISSIONS = ("album.read", "asset.read", "asset.download", "asset.view")
"""What the key needs for albums."""
PICKING = ("person.read", "tag.read")
"""What it needs besides, where people or tags are chosen or picked from."""

_SHOWN_ALBUMS = 50


def inspect(client: Immich, settings: ImmichSettings) -> list[Finding]:
    """Ask everything that a sync will ask, without changing anything. Raises ImmichError when nothing answers."""
    findings = [version_finding(client)]
    key = client.key()
    needed = needed_for(settings)
    missing = client.missing_permissions(needed)
    findings.append(Finding(ok=True, text=f"the API key '{key.name}' is accepted"))
    findings += permission_findings(needed, dict.fromkeys(missing, ""))
    if "album.read" not in missing:
        findings += _albums(client, settings)
    if not missing and (settings.people or settings.tags):
        findings.append(_narrowed(client, settings))
    return [*findings, clock_finding(client)]


def needed_for(settings: ImmichSettings) -> tuple[str, ...]:
    """The permissions that these settings need."""
    chosen_too = {"person.read": bool(settings.people), "tag.read": bool(settings.tags)}
    return (*PERMISSIONS, *(name for name in PICKING if chosen_too[name]))


def _narrowed(client: Immich, settings: ImmichSettings) -> Finding:
    try:
        narrows(client, settings.people, settings.tags)
    except ConfigError as error:
        return Finding(ok=False, text=error.message, hint=error.hint)
    return Finding(ok=True, text=f"only photos of or with: {', '.join((*settings.people, *settings.tags))}")


def described(album: Album) -> str:
    """One line for people."""
    shared = f", of {album.owner_name}" if album.shared and album.owner_name else ""
    count = "1 photo or video" if album.asset_count == 1 else f"{album.asset_count} photos and videos"
    return f"{album.name or '(no name)'}: {count}{shared}, id {album.id}"


def _albums(client: Immich, settings: ImmichSettings) -> list[Finding]:
    albums = sorted(client.albums(), key=lambda album: album.name.casefold())
    findings = [Finding(ok=True, text=f"the key sees {len(albums)} albums")]
    findings += [Finding(ok=True, text=f"  {described(album)}") for album in albums[:_SHOWN_ALBUMS]]
    if len(albums) > _SHOWN_ALBUMS:
        findings.append(Finding(ok=True, text=f"  and {len(albums) - _SHOWN_ALBUMS} more"))
    if not settings.chosen_albums:
        return [*findings, Finding(ok=True, text="all photos of the key's owner are chosen")]
    for given in settings.chosen_albums:
        try:
            album = chosen(client, [given])[0]
        except ConfigError as error:
            findings.append(Finding(ok=False, text=error.message, hint=error.hint))
        else:
            findings.append(Finding(ok=True, text=f"chosen: {described(album)}"))
    return findings
