"""What can be picked from for a setting, instead of typing it?"""

from __future__ import annotations

from dataclasses import replace

from artframe.immich import Immich
from artframe.immich_plugin import Pickable, choices, translated
from artframe.plugin import Choice

_PICKERS: dict[str, Pickable] = {"download_albums": "albums", "download_people": "people"}


def choices_for(client: Immich, setting: str) -> list[Choice]:
    """Albums or people, by name and without a picture: a key for syncing need not see those that Immich makes."""
    if setting not in _PICKERS:
        return []
    with translated():
        return [replace(choice, picture="") for choice in choices(client, _PICKERS[setting])]
