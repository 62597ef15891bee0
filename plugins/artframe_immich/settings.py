"""Which Immich server, which albums, how many photos and in which order?"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import field_validator

from artframe.immich_plugin import Names, ServerUrl, ca_file_setting, url_setting
from artframe.plugin import Secret, Selection, SourceSettings, setting

Quality: TypeAlias = Literal["original", "display"]


class ImmichSettings(SourceSettings):
    """The settings of one album plugin."""

    immich_url: ServerUrl = url_setting()
    immich_api_key: Secret = setting(
        title="Immich API key",
        help="From Immich: Account settings, API keys. It needs album.read, asset.read, asset.download, asset.view.",
    )
    album_id: str = setting(
        "",
        section="Photos",
        picker=True,
        title="Album ID",
        help="The UUID at the end of the album's address. Empty: all photos, unless albums are named below.",
        pattern=r"^\s*$|^\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\s*$",
        allowed="a UUID such as a1b2c3d4-e5f6-7890-abcd-ef1234567890, or nothing",
    )
    albums: Names = setting(
        (),
        picker=True,
        title="Albums",
        help="Several albums, by name or by UUID. Together with the album ID above, if both are given.",
    )
    people: Names = setting(
        (),
        picker=True,
        title="People",
        help="Only photos that show at least one of these people, by name or by UUID. Empty: photos of anybody.",
    )
    tags: Names = setting(
        (),
        picker=True,
        title="Tags",
        help="Only photos with at least one of these tags, by name or by UUID. Empty: with any tag or none.",
    )
    selection_mode: Selection = setting(
        "random",
        title="Selection mode",
        help="random: shuffled, no repeat before all were shown; sequential: by date taken; newest or oldest first.",
        labels={"random": "Shuffled", "sequential": "By date", "newest": "Newest first", "oldest": "Oldest first"},
    )
    max_photos: int = setting(
        0,
        title="Max photos",
        help="At most so many photos: the newest, or the oldest in the mode oldest. 0: no limit.",
        ge=0,
    )
    quality: Quality = setting(
        "original",
        title="Quality",
        help="original: the files as uploaded; display: what fills the screen, 20 to 100 times less to fetch and keep.",
        labels={"original": "Original files", "display": "Made for the screen"},
    )
    ca_file: str = ca_file_setting()

    @field_validator("album_id")
    @classmethod
    def _lower_case(cls, value: str) -> str:
        # Immich takes upper-case UUIDs for well-formed and then finds nothing.
        return value.strip().lower()

    @property
    def chosen_albums(self) -> tuple[str, ...]:
        """Names and UUIDs as they were given, each once; none means all photos."""
        given = (self.album_id, *self.albums) if self.album_id else self.albums
        return tuple(dict.fromkeys(given))
