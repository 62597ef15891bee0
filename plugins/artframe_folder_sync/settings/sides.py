"""Which folders, which Immich, and in which direction?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import field_validator, model_validator

from artframe.immich_plugin import Names, ServerUrl, ca_file_setting, url_setting
from artframe.plugin import Secret, SourceSettings, setting
from artframe_folder_sync.files.overlap import overlapping

USER_ID = "{user_id}"
"""Stands in a folder's path for the UUID of the user whose key it is."""

ModeName: TypeAlias = Literal["two_way", "upload", "mirror_down"]
EditedName: TypeAlias = Literal["trash", "stack", "keep"]


class SidesSettings(SourceSettings):
    """The two sides of each pair."""

    sync_interval_hours: int = setting(
        6,
        section="Copies on the frame",
        title="Look for pictures",
        help="Where the folders are shown on the frame: how often it looks for new pictures to copy.",
        unit="hours",
        ge=1,
        le=168,
    )
    quota_mb: int = setting(
        0,
        title="Disk quota",
        help="How much disk those copies may take; those not seen for longest make room. 0: no limit.",
        unit="MB",
        ge=0,
    )
    immich_url: ServerUrl = url_setting()
    api_keys: tuple[Secret, ...] = setting(
        title="Immich API keys",
        help="One for each person. Each needs asset.upload, asset.read, asset.delete and user.read.",
        min_length=1,
    )
    ca_file: str = ca_file_setting()
    folders: tuple[str, ...] = setting(
        section="Folders",
        title="Folders",
        help=(
            "One for each key, in the same order; or a single one with {user_id} in it, which stands for the UUID of"
            " each key's user."
        ),
        allowed="absolute paths, none inside another",
        min_length=1,
    )
    sync_enabled: bool = setting(
        True,
        title="Sync",
        help="false: nothing is changed on either side; what is in the folders can still be shown.",
    )
    mode: ModeName = setting(
        "two_way",
        title="Direction",
        help="two_way: both sides; upload: the folder is never changed; mirror_down: Immich is never changed.",
        labels={
            "two_way": "Both directions",
            "upload": "Only from the folder to Immich",
            "mirror_down": "Only from Immich to the folder",
        },
    )
    ignore: Names = setting(
        (),
        title="Ignored files",
        help="Patterns in the manner of .gitignore; a file .artframe-ignore in the folder may hold more.",
    )
    albums_by_folder: bool = setting(
        False,
        title="Albums by folder",
        help="Put what is uploaded into the album that bears the name of its top folder; made if there is none.",
    )
    edited_photos: EditedName = setting(
        "trash",
        title="Edited photos",
        help="What becomes of the old version in Immich when a file was changed and the new version is there. "
        "That takes its albums, its heart and its place in a stack, where the API key has asset.copy and stack.update.",
        labels={"trash": "To the trash", "stack": "Stacked under the new one", "keep": "Stays beside it"},
    )

    @field_validator("api_keys")
    @classmethod
    def _each_once(cls, value: tuple[Secret, ...]) -> tuple[Secret, ...]:
        if len(set(value)) < len(value):
            raise ValueError("the same key stands there twice: one key is one person's")
        return value

    @field_validator("folders")
    @classmethod
    def _are_folders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        folders = tuple(os.path.normpath(Path(text.strip()).expanduser()) for text in value)
        for text, folder in zip(value, folders, strict=True):
            if not text.strip() or "\0" in text or not folder.startswith("/") or folder.strip("/") == "":
                raise ValueError("a folder is an absolute path such as /srv/photos/anna")
        found = overlapping(folders)
        if found is not None:
            raise ValueError(f"{found[1]} is {found[0]} or lies inside it: each file belongs to one person only")
        return folders

    @model_validator(mode="after")
    def _a_folder_for_each_key(self) -> Self:
        keys, folders = len(self.api_keys), len(self.folders)
        if folders == 1 and keys > 1 and USER_ID not in self.folders[0]:
            raise ValueError(f"{keys} keys need a folder each, or one folder with {USER_ID} in its path")
        if folders > 1 and folders != keys:
            raise ValueError(f"there are {keys} api_keys and {folders} folders: each key needs its own, in this order")
        return self
