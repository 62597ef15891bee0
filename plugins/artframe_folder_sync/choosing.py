"""What can be picked from for a setting, instead of typing it?"""

from __future__ import annotations

from artframe.immich import Immich
from artframe.immich_plugin import translated
from artframe.plugin import Choice


def choices(client: Immich, setting: str) -> list[Choice]:
    """Albums or people, by name; an album's value is its UUID, since two may bear one name."""
    with translated():
        if setting == "download_albums":
            return [
                Choice(value=album.id, label=album.name or "(no name)", detail=f"{album.asset_count:,} photos")
                for album in sorted(client.albums(), key=lambda album: (album.name.casefold(), album.id))
            ]
        if setting == "download_people":
            return [Choice(value=person.id, label=person.name) for person in client.account.people() if person.name]
    return []
